using System.Diagnostics.CodeAnalysis;
using System.Runtime.InteropServices;

namespace DiffusionClassifier.Core.Models;

/// <summary>
/// Whether the denoiser is told the same: the same class, the same tokens, or, if those are not known, the same numbers. Stateless.
/// </summary>
internal sealed class SameConditioning : IEqualityComparer<Conditioning>
{
    private const int Hashed = 64; // of the last numbers, which in a causal encoder depend on the whole prompt

    public bool Equals(Conditioning? x, Conditioning? y) => ReferenceEquals(x, y) || (x, y) switch
    {
        (ClassConditioning one, ClassConditioning other) => one.ClassId == other.ClassId,
        (TextConditioning { Tokens: { } one }, TextConditioning { Tokens: { } other }) => one.AsSpan().SequenceEqual(other.AsSpan()),
        (TextConditioning { Tokens: null } one, TextConditioning { Tokens: null } other) =>
            one.Width == other.Width && one.HiddenStates.AsSpan().SequenceEqual(other.HiddenStates)
                && one.Pooled.AsSpan().SequenceEqual(other.Pooled) && one.Mask.AsSpan().SequenceEqual(other.Mask),
        _ => false,
    };

    public int GetHashCode([DisallowNull] Conditioning obj)
    {
        var hash = new HashCode();
        if (obj is TextConditioning { Tokens: { } tokens })
            hash.AddBytes(MemoryMarshal.AsBytes(tokens.AsSpan()));
        else if (obj is TextConditioning text)
            hash.AddBytes(MemoryMarshal.AsBytes(text.HiddenStates.AsSpan(Math.Max(0, text.HiddenStates.Length - Hashed))));
        else if (obj is ClassConditioning known)
            hash.Add(known.ClassId);
        return hash.ToHashCode();
    }
}
