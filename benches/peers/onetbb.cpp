// The shapes as flow graphs of oneTBB.
#include "shapes.hpp"

#include <deque>

#include <oneapi/tbb/flow_graph.h>
#include <oneapi/tbb/global_control.h>
#include <oneapi/tbb/task_arena.h>

namespace flow = oneapi::tbb::flow;

struct Library {
    std::unique_ptr<oneapi::tbb::global_control> control;
    std::unique_ptr<oneapi::tbb::task_arena> arena;
    std::size_t count = 0;

    struct Graph {
        struct Step {
            flow::continue_node<flow::continue_msg> node;
            bool waits = false;
            template <class Work>
            Step(flow::graph &graph, Work work)
                : node(graph, [work](const flow::continue_msg &) { work(); }) {}
        };
        using Node = Step *;
        std::unique_ptr<flow::graph> graph;
        // Nodes stay where they are.
        std::deque<Step> steps;

        explicit Graph(Library &library) {
            library.arena->execute([&] { graph = std::make_unique<flow::graph>(); });
        }
        template <class Work> Node add(Work work) { return &steps.emplace_back(*graph, work); }
        void edge(Node before, Node after) {
            flow::make_edge(before->node, after->node);
            after->waits = true;
        }
    };

    void threads(std::size_t threads) {
        if (threads == count) return;
        count = threads;
        using oneapi::tbb::global_control;
        control.reset();
        control = std::make_unique<global_control>(global_control::max_allowed_parallelism, threads);
        arena = std::make_unique<oneapi::tbb::task_arena>(static_cast<int>(threads));
    }

    void run(Graph &graph) {
        arena->execute([&] {
            for (auto &step : graph.steps)
                if (!step.waits) step.node.try_put(flow::continue_msg{});
            graph.graph->wait_for_all();
        });
    }
};

int main() { return serve<Library>(); }
