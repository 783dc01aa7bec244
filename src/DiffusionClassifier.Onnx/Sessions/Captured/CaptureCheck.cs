using System.Numerics;
using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using DiffusionClassifier.Onnx.Devices;
using DiffusionClassifier.Onnx.Graphs;

namespace DiffusionClassifier.Onnx.Sessions.Captured;

/// <summary>
/// Compares a captured graph with the same graph run without capture, on two batches that differ in every input that a call is given: a
/// captured graph that does not read an input anew at every replay gives the first batch's answers to all (onnxruntime#29782), and nothing
/// else would show it.
/// </summary>
internal sealed class CaptureCheck(
    IDeviceMemory memory, IBoundGraph graph, IReadOnlyList<TensorRows> inputs, IReadOnlyList<TensorRows> outputs)
{
    // Both ways run the same kernels, up to cuDNN's choice among them. A wrong answer is wrong by about its own size.
    private const double SingleTolerance = 1e-3, HalfTolerance = 5e-2;

    /// <summary>The largest deviation that rounding explains, in root mean squares of an output.</summary>
    public static double Tolerance(bool isHalf) => isHalf ? HalfTolerance : SingleTolerance;

    /// <summary>Captures the graph. The inputs' answers are in the outputs then.</summary>
    /// <returns>The largest deviation of an output, in root mean squares of that output; infinite if it is none.</returns>
    public double Run()
    {
        byte[][] first = [.. inputs.Select(Read)];
        byte[][] second = [.. inputs.Zip(first, (input, bytes) => Vary(input.Tensor.Layout.Element, bytes))];
        float[][] ownOfFirst = Answers(captured: false);
        Write(second);
        float[][] ownOfSecond = Answers(captured: false);
        float[][] capturedOfSecond = Answers(captured: true);
        Write(first); // last, so that the caller finds its own batch and that batch's answers
        float[][] capturedOfFirst = Answers(captured: true);
        return ownOfFirst.Zip(ownOfSecond).All(pair => IsSame(pair.First, pair.Second))
            ? double.PositiveInfinity // not even the graph itself reads its inputs
            : ownOfFirst.Zip(capturedOfFirst).Concat(ownOfSecond.Zip(capturedOfSecond)).Max(pair => Deviation(pair.First, pair.Second));
    }

    /// <summary>Another value for every one: half of it, or 1 instead of 0 where there are no halves.</summary>
    internal static byte[] Vary(TensorElement element, byte[] bytes)
    {
        byte[] varied = [.. bytes];
        switch (element)
        {
            case TensorElement.Half:
                Halve(MemoryMarshal.Cast<byte, Half>(varied.AsSpan()));
                break;
            case TensorElement.BFloat16:
                float[] single = ToSingle(element, bytes);
                Halve(single.AsSpan());
                BrainFloat.FromSingle(single, MemoryMarshal.Cast<byte, ushort>(varied.AsSpan()));
                break;
            case TensorElement.Float:
                Halve(MemoryMarshal.Cast<byte, float>(varied.AsSpan()));
                break;
            case TensorElement.Int64:
                Change(MemoryMarshal.Cast<byte, long>(varied.AsSpan()));
                break;
            default:
                Change(MemoryMarshal.Cast<byte, int>(varied.AsSpan()));
                break;
        }

        return varied;
    }

    // Nothing but zeros says nothing: a model that was never trained may end in a layer of zeros.
    private static bool IsSame(float[] first, float[] second) =>
        first.AsSpan().SequenceEqual(second) && first.AsSpan().ContainsAnyExcept(0f);

    private static void Halve<T>(Span<T> values)
        where T : IFloatingPoint<T> => TensorPrimitives.Divide(values, T.One + T.One, values);

    private static void Change<T>(Span<T> values)
        where T : IBinaryInteger<T>
    {
        foreach (ref T value in values)
            value = value == T.Zero ? T.One : value / (T.One + T.One);
    }

    /// <summary>
    /// The largest difference of two answers, in root mean squares of the first; infinite if only one of them is a number.
    /// </summary>
    internal static double Deviation(float[] own, float[] captured)
    {
        double square = 0, largest = 0;
        for (int i = 0; i < own.Length; i++)
        {
            if (float.IsFinite(own[i]))
                square += (double)own[i] * own[i];
            if (own[i].Equals(captured[i])) // as it is where neither is a number
                continue;
            double difference = Math.Abs((double)own[i] - captured[i]);
            largest = Math.Max(largest, double.IsFinite(difference) ? difference : double.PositiveInfinity);
        }

        return double.IsFinite(largest) && largest > 0 ? largest / Math.Sqrt(square / own.Length) : largest;
    }

    private float[][] Answers(bool captured)
    {
        graph.Run(captured);
        return [.. outputs.Select(output => ToSingle(output.Tensor.Layout.Element, Read(output)))];
    }

    private static float[] ToSingle(TensorElement element, byte[] bytes)
    {
        if (element == TensorElement.Float)
            return MemoryMarshal.Cast<byte, float>(bytes).ToArray();
        float[] values = new float[bytes.Length / sizeof(short)];
        if (element == TensorElement.BFloat16)
            BrainFloat.ToSingle(MemoryMarshal.Cast<byte, ushort>(bytes), values);
        else
            TensorPrimitives.ConvertToSingle(MemoryMarshal.Cast<byte, Half>(bytes), values);
        return values;
    }

    private void Write(byte[][] bytes)
    {
        foreach ((TensorRows input, byte[] content) in inputs.Zip(bytes))
            Copy(content, (host, length) => memory.Copy(DeviceQueue.Move, input.Tensor.Address, host, length));
    }

    private byte[] Read(TensorRows rows)
    {
        byte[] content = new byte[rows.Bytes];
        Copy(content, (host, length) => memory.Copy(DeviceQueue.Move, host, rows.Tensor.Address, length));
        return content;
    }

    // To its end: then the graph may run, and the array is free.
    private unsafe void Copy(byte[] content, Action<nint, long> enqueue)
    {
        nint mark = memory.CreateMark();
        try
        {
            fixed (byte* host = content)
            {
                enqueue((nint)host, content.Length);
                memory.Mark(DeviceQueue.Move, mark);
                memory.Await(mark);
            }
        }
        finally
        {
            memory.DestroyMark(mark);
        }
    }
}
