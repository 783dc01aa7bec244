using DiffusionClassifier.Onnx.Providers;

namespace DiffusionClassifier.Onnx.Tests.Providers;

public class DeviceMemoryTests
{
    [Theory] // as people reported them: onnxruntime issues 16307 and 22702, Deep-Live-Cam issue 584; the others as in the providers' sources
    [InlineData("[ErrorCode:RuntimeException] Non-zero status code returned while running Conv node. Name:'/patch_embed/stages/stages.0/blocks/blocks.0/mlp/fc1/Conv' Status Message: /onnxruntime_src/onnxruntime/core/framework/bfc_arena.cc:376 void* onnxruntime::BFCArena::AllocateRawInternal(size_t, bool, onnxruntime::Stream*, bool, onnxruntime::WaitNotificationFn) Failed to allocate memory for requested buffer of size 4585490524328388608")]
    [InlineData("[ErrorCode:Fail] /onnxruntime_src/onnxruntime/core/providers/cuda/cuda_call.cc:121 std::conditional_t<THRW, void, onnxruntime::common::Status> onnxruntime::CudaCall CUDA failure 2: out of memory ; GPU=0 ; hostname=host ; file=/onnxruntime_src/onnxruntime/core/providers/cuda/cuda_allocator.cc ; line=48 ; expr=cudaMalloc((void**)&p, size);")]
    [InlineData("[ErrorCode:RuntimeException] Non-zero status code returned while running MatMul node. Name:'' Status Message: Available memory of 1048576 is smaller than requested bytes of 4194304")]
    [InlineData("[ErrorCode:Fail] CUBLAS failure 3: CUBLAS_STATUS_ALLOC_FAILED ; GPU=0 ; hostname=host ; expr=cublasCreate(&cublas_handle_);")]
    [InlineData("[ErrorCode:Fail] CUDNN_FE failure 11: CUDNN_STATUS_INTERNAL_ERROR_DEVICE_ALLOCATION_FAILED ; GPU=0")]
    [InlineData("[ErrorCode:RuntimeException] std::bad_alloc")]
    public void The_message_of_an_allocation_that_failed_is_recognised(string message)
    {
        Assert.True(DeviceMemory.IsExhausted(message));
    }

    [Theory]
    [InlineData("[ErrorCode:InvalidArgument] Got invalid dimensions for input: sample for the following indices index: 1 Got: 3 Expected: 4")]
    [InlineData("[ErrorCode:Fail] CUDA failure 700: an illegal memory access was encountered ; GPU=0 ; hostname=host ; expr=cudaStreamSynchronize(stream)")]
    [InlineData("[ErrorCode:Fail] Failed to load library libonnxruntime_providers_cuda.so with error: libcublasLt.so.13: cannot open shared object file: No such file or directory")]
    public void Another_failure_is_not_taken_for_exhausted_memory(string message)
    {
        Assert.False(DeviceMemory.IsExhausted(message));
    }
}
