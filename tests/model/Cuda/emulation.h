// Enough of CUDA C++ to run kernels on the CPU: blocks one after the other; the threads of a block one after the other too, or, where they wait for
// each other, as threads.
#include <barrier>
#include <cmath>
#include <cstddef>
#include <cstring>
#include <memory>
#include <thread>
#include <utility>
#include <vector>

#define __global__
#define __device__ static
#define __shared__ static

struct Place { int x, y, z; };
static thread_local Place threadIdx;
static Place blockIdx, blockDim, gridDim;
static std::unique_ptr<std::barrier<>> everybody;

static inline void __syncthreads() { everybody->arrive_and_wait(); }
static inline float __uint_as_float(unsigned bits) { float value; std::memcpy(&value, &bits, 4); return value; }
static inline int atomicAdd(int* address, int value) { int before = *address; *address += value; return before; }

template <class... A, std::size_t... I>
static void call(void (*kernel)(A...), void** arguments, std::index_sequence<I...>) { kernel(*(std::remove_reference_t<A>*)arguments[I]...); }

template <class... A>
static void run(void (*kernel)(A...), bool is_waiting, int x, int y, int z, int threads, void** arguments)
{
    blockDim = {threads, 1, 1};
    gridDim = {x, y, z};
    auto thread = [&](int t) {
        threadIdx = {t, 0, 0};
        call(kernel, arguments, std::index_sequence_for<A...>{});
    };
    for (blockIdx.z = 0; blockIdx.z < z; blockIdx.z++) {
        for (blockIdx.y = 0; blockIdx.y < y; blockIdx.y++) {
            for (blockIdx.x = 0; blockIdx.x < x; blockIdx.x++) {
                if (!is_waiting) {
                    for (int t = 0; t < threads; t++) {
                        thread(t);
                    }

                    continue;
                }

                everybody = std::make_unique<std::barrier<>>(threads);
                std::vector<std::jthread> all;
                for (int t = 0; t < threads; t++) {
                    all.emplace_back(thread, t);
                }
            }
        }
    }
}
