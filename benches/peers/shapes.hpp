// The shapes of benches/common/graphs.rs, for any library of task graphs, and
// the loop that answers requests: a line with shape, tasks and threads gives a
// line with the nanoseconds to build the graph, to run it, to run it once more
// (execution only) and to drop it, and the graph's value.
#pragma once

#include <chrono>
#include <cstdint>
#include <iostream>
#include <memory>
#include <string>
#include <vector>

using Value = std::uint64_t;

// The tasks of benches/common/tasks.rs.
inline Value barrier(Value x) {
    asm volatile("" : "+r"(x));
    return x;
}

inline Value stir(Value x) {
    x = barrier(x) * 0x9E3779B97F4A7C15;
    return x ^ (x >> 29);
}

inline Value increment(Value x) { return stir(x) + 1; }
inline Value twice(Value x) { return stir(x) << 1; }
inline Value add(Value x, Value y) { return stir(x) + y; }
inline Value mix(Value a, Value b, Value c) { return (stir(a) ^ b) + c; }

// `Graph` has `add(closure)`, which gives a node, and `edge(before, after)`.
template <class Graph> struct Builder {
    using Node = typename Graph::Node;
    struct Task {
        Node node;
        Value *value;
    };

    Graph &graph;
    std::vector<Value> &values;
    std::size_t made = 0;

    Value *next() { return &values[made++]; }

    Task leaf(Value x) {
        Value *to = next();
        return {graph.add([=] { *to = increment(x); }), to};
    }

    Task after(Task a) {
        Value *to = next(), *from = a.value;
        Task task{graph.add([=] { *to = increment(*from); }), to};
        graph.edge(a.node, task.node);
        return task;
    }

    Task both(Task a, Task b) {
        Value *to = next(), *x = a.value, *y = b.value;
        Task task{graph.add([=] { *to = add(*x, *y); }), to};
        graph.edge(a.node, task.node);
        if (a.value != b.value) graph.edge(b.node, task.node);
        return task;
    }

    Task three(Task a, Task b, Task c) {
        Value *to = next(), *x = a.value, *y = b.value, *z = c.value;
        Task task{graph.add([=] { *to = mix(*x, *y, *z); }), to};
        graph.edge(a.node, task.node);
        if (b.value != a.value) graph.edge(b.node, task.node);
        if (c.value != a.value && c.value != b.value) graph.edge(c.node, task.node);
        return task;
    }

    Task sum(const std::vector<Task> &tasks) {
        auto from = std::make_shared<std::vector<Value *>>();
        from->reserve(tasks.size());
        for (const Task &task : tasks) from->push_back(task.value);
        Value *to = next();
        Task all{graph.add([=] {
                     Value sum = 0;
                     for (Value *value : *from) sum += *value;
                     *to = sum;
                 }),
                 to};
        for (const Task &task : tasks) graph.edge(task.node, all.node);
        return all;
    }

    Task chain(std::size_t tasks) {
        Task last = leaf(0);
        for (std::size_t i = 1; i < tasks; ++i) last = after(last);
        return last;
    }

    Task fan(std::size_t tasks) {
        std::vector<Task> all;
        for (std::size_t x = 0; x < tasks; ++x) all.push_back(leaf(x));
        return sum(all);
    }

    Task tree(std::size_t tasks) {
        std::size_t leaves = 1;
        while (leaves * 2 <= tasks / 2) leaves *= 2;
        std::vector<Task> level;
        for (std::size_t x = 0; x < leaves; ++x) level.push_back(leaf(x));
        while (level.size() > 1) {
            std::vector<Task> above;
            for (std::size_t i = 0; i < level.size(); i += 2)
                above.push_back(both(level[i], level[i + 1]));
            level = std::move(above);
        }
        return level[0];
    }

    Task loop(std::size_t tasks) {
        std::vector<Task> all;
        for (std::size_t x = 0; x < tasks / 3; ++x) {
            Task one = leaf(x);
            Value *to = next();
            Task two{graph.add([=] { *to = twice(x); }), to};
            all.push_back(both(one, two));
        }
        return sum(all);
    }

    static std::size_t side(std::size_t tasks) {
        std::size_t side = 0;
        while ((side + 1) * (side + 1) <= tasks) ++side;
        return side;
    }

    Task wave(std::size_t tasks) {
        std::size_t width = side(tasks);
        std::vector<Task> above{leaf(0)};
        for (std::size_t column = 1; column < width; ++column)
            above.push_back(both(above[column - 1], above[column - 1]));
        for (std::size_t row = 1; row < width; ++row) {
            above[0] = both(above[0], above[0]);
            for (std::size_t column = 1; column < width; ++column)
                above[column] = both(above[column - 1], above[column]);
        }
        return above.back();
    }

    Task layer(std::size_t tasks) {
        std::size_t width = side(tasks);
        std::uint64_t random = 1;
        auto pick = [&] {
            random ^= random << 13;
            random ^= random >> 7;
            random ^= random << 17;
            return static_cast<std::size_t>(random % width);
        };
        std::vector<Task> above;
        for (std::size_t x = 0; x < width; ++x) above.push_back(leaf(x));
        for (std::size_t row = 1; row < width; ++row) {
            std::vector<Task> next;
            for (std::size_t column = 0; column < width; ++column) {
                std::size_t a = pick(), b = pick(), c = pick();
                next.push_back(three(above[a], above[b], above[c]));
            }
            above = std::move(next);
        }
        return sum(above);
    }

    Task build(const std::string &shape, std::size_t tasks) {
        if (shape == "chain") return chain(tasks);
        if (shape == "fan") return fan(tasks);
        if (shape == "tree") return tree(tasks);
        if (shape == "loop") return loop(tasks);
        if (shape == "wave") return wave(tasks);
        return layer(tasks);
    }
};

// `Library` has `threads(count)`, a type `Graph`, and `run(graph)`.
template <class Library> int serve() {
    using Clock = std::chrono::steady_clock;
    Library library;
    std::string shape;
    std::size_t tasks = 0, threads = 0;
    while (std::cin >> shape >> tasks >> threads) {
        library.threads(threads);
        std::vector<Value> values(tasks + 2);
        Clock::time_point at[5];
        at[0] = Clock::now();
        auto graph = std::make_unique<typename Library::Graph>(library);
        Value *value = Builder<typename Library::Graph>{*graph, values}.build(shape, tasks).value;
        at[1] = Clock::now();
        library.run(*graph);
        at[2] = Clock::now();
        library.run(*graph);
        at[3] = Clock::now();
        graph.reset();
        at[4] = Clock::now();
        for (int i = 0; i < 4; ++i)
            std::cout << std::chrono::duration<double, std::nano>(at[i + 1] - at[i]).count() << ' ';
        std::cout << *value << std::endl;
    }
    return 0;
}
