// The shapes as graphs of Taskflow.
#include "shapes.hpp"

#include <taskflow/taskflow.hpp>

struct Library {
    std::unique_ptr<tf::Executor> executor;
    std::size_t count = 0;

    struct Graph {
        using Node = tf::Task;
        tf::Taskflow flow;

        explicit Graph(Library &) {}
        template <class Work> Node add(Work work) { return flow.emplace(work); }
        void edge(Node before, Node after) { before.precede(after); }
    };

    void threads(std::size_t threads) {
        if (threads != count) executor = std::make_unique<tf::Executor>(count = threads);
    }

    void run(Graph &graph) { executor->run(graph.flow).wait(); }
};

int main() { return serve<Library>(); }
