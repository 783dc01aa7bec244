using System.Numerics;
using System.Numerics.Tensors;
using DiffusionClassifier.Core.Models;
using DiffusionClassifier.Onnx.Graphs;

namespace DiffusionClassifier.Onnx.Sessions;

/// <summary>The prompt of each row as the text encoder's hidden states, [rows, tokens, width].</summary>
internal sealed class PromptInput<T>(GraphTensor tensor, Conditioning?[] conditionings, int tokens, int width)
    : PinnedTensor<T>(tensor, conditionings.Length, Rows, tokens, width)
    where T : unmanaged, INumberBase<T>
{
    public override void Convert(int rows)
    {
        int length = tokens * width;
        for (int row = 0; row < rows; row++)
        {
            TensorPrimitives.ConvertSaturating<float, T>(((TextConditioning)conditionings[row]!).HiddenStates,
                Memory.Span.Slice(row * length, length));
        }
    }
}
