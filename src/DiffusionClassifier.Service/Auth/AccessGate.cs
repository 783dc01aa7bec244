using DiffusionClassifier.Core.Admission;
using DiffusionClassifier.Core.Errors;
using Microsoft.Net.Http.Headers;

namespace DiffusionClassifier.Service.Auth;

/// <summary>Says on whose behalf a request is, by its API key or its token. Thread-safe.</summary>
internal sealed class AccessGate(ApiKeys keys, AccessTokens tokens)
{
    public const string Header = "X-API-Key", Scheme = "Bearer";

    /// <summary>Whether a key or a token is asked for.</summary>
    public bool IsOn => keys.IsOn || tokens.IsOn;

    public bool TakesKeys => keys.IsOn;

    public bool TakesTokens => tokens.IsOn;

    /// <summary>Whether someone who is known may still be refused.</summary>
    public bool Forbids => tokens.HasRequirements;

    /// <summary>What to throw where a request has neither.</summary>
    public ClassificationException Missing() => new(ClassificationError.Unauthorized, tokens.IsOn
        ? $"This server needs a token: send it in the header Authorization: {Scheme} TOKEN"
            + (keys.IsOn ? $"; or an API key, in that header or as {Header}: KEY." : ".")
        : $"This server needs an API key: send it in the header Authorization: {Scheme} KEY, or {Header}: KEY.");

    /// <summary>What is said to someone who is known and may not call.</summary>
    public ClassificationException? Forbidden() => Forbids ? tokens.Lacking() : null;

    /// <summary>Lets only those through who may load and unload models: where anyone may call, nobody may.</summary>
    /// <exception cref="ClassificationException">Someone else.</exception>
    public void RequireManager(HttpRequest request)
    {
        if (!request.Caller().ManagesModels)
            throw NoManager();
    }

    /// <summary>What is said to someone who may not load and unload models.</summary>
    public ClassificationException NoManager() => new(ClassificationError.Forbidden, IsOn
        ? "You may not load or unload models here: ask for a key with ManagesModels, or a token with the manager's scope or role."
        : "Models are loaded and unloaded by hand only with an API key with ManagesModels, and this server has no keys. "
            + "Requests load the models that they need.");

    /// <exception cref="ClassificationException">Nobody who is known here.</exception>
    public async Task<Caller> AuthenticateAsync(HttpContext context)
    {
        (string text, bool mayBeToken) = Credential(context.Request) ?? throw Missing();
        if (keys.Find(text) is { } owner)
            return owner;
        if (mayBeToken && tokens.IsOn && (!keys.IsOn || AccessTokens.IsToken(text)))
            return await tokens.AuthenticateAsync(text, context);
        throw keys.IsOn
            ? new ClassificationException(ClassificationError.Unauthorized,
                "This server does not know the API key that was sent: check it, or ask for a new one.")
            : Missing();
    }

    // Our own header first: some proxies have a use of their own for the other.
    private static (string Text, bool MayBeToken)? Credential(HttpRequest request)
    {
        if (request.Headers[Header] is [{ Length: > 0 } key])
            return (key.Trim(), false);
        return request.Headers[HeaderNames.Authorization] is [{ } value]
            && value.StartsWith(Scheme + " ", StringComparison.OrdinalIgnoreCase)
            ? (value[Scheme.Length..].Trim(), true)
            : null;
    }
}
