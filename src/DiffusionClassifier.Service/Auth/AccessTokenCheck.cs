using DiffusionClassifier.Service.Options;
using Microsoft.Extensions.Options;

namespace DiffusionClassifier.Service.Auth;

/// <summary>Checks what tokens cannot be checked with. Stateless.</summary>
internal sealed class AccessTokenCheck(IConfiguration settings) : IValidateOptions<AccessTokenOptions>
{
    public ValidateOptionsResult Validate(string? name, AccessTokenOptions options) =>
        Problem(options) is { } problem ? ValidateOptionsResult.Fail(problem) : ValidateOptionsResult.Success;

    // A part of them alone would leave the server open, which nobody who sets one means.
    private string? Problem(AccessTokenOptions options) => options switch
    {
        { IsOn: false } => settings.GetSection(AccessTokenOptions.Section).GetChildren().Any(setting => setting.Value is not null)
            ? "Tokens:Authority is not set: set it to your identity provider's address, or Tokens:KeysFile to a file with its keys."
            : null,
        { Authority: not null, KeysFile: not null } => "Tokens:Authority and Tokens:KeysFile are both set: keys come from one of them.",
        { Authority: { } authority } when !IsSafe(authority) =>
            $"Tokens:Authority is '{authority}'; it must be an https address, such as https://login.example.org.",
        { Audience: null or "" } => "Tokens:Audience is not set: set it to the name that tokens for this server have in 'aud'.",
        { KeysFile: not null, Issuer: null or "" } => "Tokens:Issuer is not set: set it to what tokens have in 'iss'.",
        { TenantClaim: "" } => "Tokens:TenantClaim is empty; it must be the name of a claim, such as sub.",
        { MaxActiveRequests: < 1 } => $"Tokens:MaxActiveRequests is {options.MaxActiveRequests}; it must be at least 1.",
        _ when options.ClockSkew < TimeSpan.Zero => $"Tokens:ClockSkew is {options.ClockSkew}; it cannot be below zero.",
        { KeysFile: { } file } => TokenKeys.Problem(file),
        _ => null,
    };

    // Whoever can change the keys on their way lets in whom they like.
    private static bool IsSafe(string authority) => Uri.TryCreate(authority, UriKind.Absolute, out Uri? url)
        && (url.Scheme == Uri.UriSchemeHttps || (url.Scheme == Uri.UriSchemeHttp && url.IsLoopback));
}
