using System.Numerics;
using System.Numerics.Tensors;
using DiffusionClassifier.Core.Models;
using DiffusionClassifier.Onnx.Graphs;

namespace DiffusionClassifier.Onnx.Sessions;

/// <summary>One part of what each row's prompt is to the denoiser.</summary>
/// <param name="tensor">Its name and element type in the graph.</param>
/// <param name="conditionings">Of each row of the batch.</param>
/// <param name="part">Which numbers of it.</param>
/// <param name="shape">Sizes of the tensor; <see cref="BoundTensor.Rows"/> stands for the number of rows.</param>
internal sealed class PromptInput<T>(
    GraphTensor tensor, Conditioning?[] conditionings, Func<TextConditioning, float[]> part, params long[] shape)
    : PinnedTensor<T>(tensor, conditionings.Length, shape)
    where T : unmanaged, INumberBase<T>
{
    public override void Convert(int rows)
    {
        int length = Layout.Elements(1);
        for (int row = 0; row < rows; row++)
        {
            TensorPrimitives.ConvertSaturating<float, T>(part((TextConditioning)conditionings[row]!),
                Memory.Span.Slice(row * length, length));
        }
    }
}
