using Microsoft.Extensions.Primitives;

namespace DiffusionClassifier.Service.Auth;

/// <summary>Why a token was refused, for programs (RFC 6750, 3.1); the problem tells people.</summary>
/// <param name="Error"><c>invalid_token</c> or <c>insufficient_scope</c>.</param>
/// <param name="Scope">The scope that is needed, if one is.</param>
internal sealed record Challenge(string Error, string? Scope = null)
{
    /// <summary>The header <c>WWW-Authenticate</c>.</summary>
    public StringValues Header => $"{AccessGate.Scheme} error=\"{Error}\"{(Scope is null ? "" : $", scope=\"{Scope}\"")}";
}
