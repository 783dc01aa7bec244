using DiffusionClassifier.Core.Models;
using DiffusionClassifier.Onnx.Bundles;
using Microsoft.ML.OnnxRuntime;

namespace DiffusionClassifier.Onnx.Models;

/// <summary>
/// A batch whose pinned arrays are bound to a session once for every bucket: a call passes no arrays and allocates nothing. Owned by the
/// worker that asked the model for it.
/// </summary>
internal sealed class OnnxDenoisingBatch : DenoisingBatch
{
    private readonly long[] _classLabels;
    private readonly List<OrtValue> _values = [];
    private readonly Dictionary<int, OrtIoBinding> _bindings = [];

    public OnnxDenoisingBatch(LatentShape shape, IReadOnlyList<int> buckets, OnnxSession session, string outputName)
        : base(shape, buckets[^1], shape.Channels)
    {
        _classLabels = GC.AllocateArray<long>(Capacity, pinned: true);
        foreach (int bucket in buckets)
            _bindings.Add(bucket, Bind(session, bucket, outputName));
    }

    /// <summary>Brings the rows' conditionings into the form the graph reads.</summary>
    public OrtIoBinding Prepare()
    {
        for (int row = 0; row < Bucket; row++)
            _classLabels[row] = ((ClassConditioning)Conditionings[row]!).ClassId;
        return _bindings[Bucket];
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            foreach (OrtIoBinding binding in _bindings.Values)
                binding.Dispose();
            foreach (OrtValue value in _values)
                value.Dispose();
        }

        base.Dispose(disposing);
    }

    private OrtIoBinding Bind(OnnxSession session, int bucket, string outputName)
    {
        OrtIoBinding binding = session.Session.CreateIoBinding();
        long[] image = [bucket, Shape.Channels, Shape.Height, Shape.Width];
        binding.BindInput(DenoiserContract.Sample, Tensor(AllNoised, image));
        binding.BindInput(DenoiserContract.Timestep, Tensor(Timesteps.AsMemory(), [bucket]));
        binding.BindInput(DenoiserContract.ClassLabels, Tensor(_classLabels.AsMemory(), [bucket]));
        binding.BindOutput(outputName, Tensor(AllPredicted, image));
        return binding;
    }

    // A tensor over the first rows of a pinned array; it must outlive the bindings that use it.
    private OrtValue Tensor<T>(Memory<T> memory, long[] shape) where T : unmanaged
    {
        long elements = shape.Aggregate(1L, (product, size) => product * size);
        var value = OrtValue.CreateTensorValueFromMemory(OrtMemoryInfo.DefaultInstance, memory[..(int)elements], shape);
        _values.Add(value);
        return value;
    }
}
