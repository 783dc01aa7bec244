using System.Numerics;
using DiffusionClassifier.Core.Models;
using DiffusionClassifier.Onnx.Graphs;

namespace DiffusionClassifier.Onnx.Sessions;

/// <summary>The class of each row.</summary>
internal sealed class ClassInput<T>(GraphTensor tensor, Conditioning?[] conditionings)
    : PinnedTensor<T>(tensor, conditionings.Length, Rows)
    where T : unmanaged, INumberBase<T>
{
    public override void Convert(int rows)
    {
        Span<T> ids = Memory.Span;
        for (int row = 0; row < rows; row++)
            ids[row] = T.CreateChecked(((ClassConditioning)conditionings[row]!).ClassId);
    }
}
