// Sanitizers have allocators of their own.
#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)

#include <gtest/gtest.h>

#include <atomic>
#include <cstdlib>
#include <new>

#include "sluice/nn/layers/batch_normalization.h"
#include "sluice/nn/layers/conv2d.h"
#include "sluice/nn/layers/dense.h"
#include "sluice/nn/layers/dropout.h"
#include "sluice/nn/layers/embedding.h"
#include "sluice/nn/layers/flatten.h"
#include "sluice/nn/layers/layer_normalization.h"
#include "sluice/nn/layers/merge.h"
#include "sluice/nn/layers/pooling2d.h"
#include "sluice/nn/layers/random_flip.h"
#include "sluice/nn/trainer.h"

namespace {
std::atomic<int64_t> allocations;

void* counted(void* memory) {
  ++allocations;
  if (memory == nullptr) throw std::bad_alloc();
  return memory;
}
}  // namespace

[[gnu::noinline]] void* operator new(size_t size) { return counted(std::malloc(size)); }
[[gnu::noinline]] void* operator new(size_t size, std::align_val_t alignment) {
  const auto step = static_cast<size_t>(alignment);
  return counted(std::aligned_alloc(step, (size + step - 1) / step * step));
}
[[gnu::noinline]] void operator delete(void* memory) noexcept { std::free(memory); }
[[gnu::noinline]] void operator delete(void* memory, size_t) noexcept { std::free(memory); }
[[gnu::noinline]] void operator delete(void* memory, std::align_val_t) noexcept { std::free(memory); }
[[gnu::noinline]] void operator delete(void* memory, size_t, std::align_val_t) noexcept { std::free(memory); }

namespace sluice {
namespace {

/// Image layers and an embedding that meet in a dense layer.
Graph make_graph() {
  GraphBuilder builder;
  const int image = builder.input({8, 8, 2}, "image"), index = builder.input({1}, "index");
  int node = builder.call(make(RandomFlip{}), {image});
  node = builder.call(make(Conv2D{.filters = 8, .kernel_size = {3, 3}, .activation = Activation::relu}), {node});
  node = builder.call(make(BatchNormalization{}), {node});
  node = builder.call(make(MaxPooling2D{}), {node});
  node = builder.call(make(Flatten{}), {node});
  node = builder.call(make(Dropout{.rate = 0.3}), {node});
  node = builder.call(make(Dense{.units = 4}), {node});
  const int embedded =
      builder.call(make(Flatten{}), {builder.call(make(Embedding{.input_dim = 10, .output_dim = 4}), {index})});
  node = builder.call(make(Add{}), {node, embedded});
  node = builder.call(make(LayerNormalization{}), {node});
  node = builder.call(make(Dense{.units = 4, .activation = Activation::softmax}), {node});
  return builder.finish({node});
}

/// Allocations in an epoch of so many steps, which is not the first.
int64_t allocations_of_epoch(int64_t steps, int threads, const std::string& loss) {
  constexpr int64_t batch_size = 8;
  const int64_t rows = steps * batch_size;
  const Graph graph = make_graph();
  const CompileConfig compile{
      make_optimizer("Adam", Json::Object{{"clipnorm", 1.0}}), {find_loss(loss)}, {{find_metric("accuracy")}}};
  const Examples examples{
      {Tensor(DType::uint8, {rows, 8, 8, 2}), Tensor(DType::int32, {rows, 1})},
      {loss.starts_with("sparse") ? Tensor(DType::int32, {rows}) : Tensor(DType::float32, {rows, 4})}};
  Trainer trainer(graph, compile, examples, {.batch_size = batch_size, .threads = threads});
  TrainingState state = trainer.initial_state();
  trainer.train_epoch(state);
  const int64_t before = allocations;
  trainer.train_epoch(state);
  return allocations - before;
}

TEST(Step, AllocatesNothing) {
  for (const char* loss :
       {"sparse_categorical_crossentropy", "categorical_crossentropy", "mse", "binary_crossentropy"}) {
    for (int threads : {1, 2})
      EXPECT_EQ(allocations_of_epoch(10, threads, loss), allocations_of_epoch(40, threads, loss)) << loss;
  }
}

}  // namespace
}  // namespace sluice

#endif
