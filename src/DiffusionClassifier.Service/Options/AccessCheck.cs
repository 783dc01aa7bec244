using System.Security.Cryptography;
using Microsoft.Extensions.Options;

namespace DiffusionClassifier.Service.Options;

/// <summary>Checks the keys. Its messages never repeat a hash, because it may be the key, put there by mistake. Stateless.</summary>
internal sealed class AccessCheck : IValidateOptions<AccessOptions>
{
    public ValidateOptionsResult Validate(string? name, AccessOptions options) =>
        Problem(options) is { } problem ? ValidateOptionsResult.Fail(problem) : ValidateOptionsResult.Success;

    private static string? Problem(AccessOptions options)
    {
        if (options.Tenants.MaxActiveRequests < 1)
            return $"Tenants:MaxActiveRequests is {options.Tenants.MaxActiveRequests}; it must be at least 1.";
        if (options.ApiKeys.Select(key => Problem(AccessOptions.Path(key.Key), key.Value))
            .FirstOrDefault(problem => problem is not null) is { } wrong)
        {
            return wrong;
        }

        if (options.ApiKeys.GroupBy(key => key.Value.Sha256.ToUpperInvariant()).FirstOrDefault(same => same.Count() > 1) is { } twice)
            return $"{string.Join(" and ", twice.Select(key => AccessOptions.Path(key.Key)))} are the same key: remove one of them.";
        return options.ApiKeys.Values.GroupBy(key => key.Name)
            .Select(same => Disagreement(same.Key, same))
            .FirstOrDefault(problem => problem is not null);
    }

    private static string? Problem(string path, ApiKeyOptions key)
    {
        if (string.IsNullOrWhiteSpace(key.Name))
            return $"{path} has no name: say whose key it is.";
        if (key.Name.StartsWith(AccessTokenOptions.TenantPrefix, StringComparison.OrdinalIgnoreCase))
        {
            return $"{path} ('{key.Name}'): a name that begins with '{AccessTokenOptions.TenantPrefix}' is that of a token's tenant: "
                + "take another.";
        }

        if (key.Sha256.Length != 2 * SHA256.HashSizeInBytes || !key.Sha256.All(char.IsAsciiHexDigit))
        {
            return $"{path} ('{key.Name}'): sha256 must be the key's SHA-256 in 64 hexadecimal digits, "
                + "as in: printf %s \"$KEY\" | sha256sum";
        }

        return key.MaxActiveRequests < 1
            ? $"{path} ('{key.Name}'): maxActiveRequests is {key.MaxActiveRequests}; it must be at least 1."
            : null;
    }

    private static string? Disagreement(string name, IEnumerable<ApiKeyOptions> keys)
    {
        int[] limits = [.. keys.Select(key => key.MaxActiveRequests).OfType<int>().Distinct()];
        return limits.Length > 1
            ? $"The keys of '{name}' have different maxActiveRequests ({string.Join(", ", limits)}): they share one limit, so set it once."
            : null;
    }
}
