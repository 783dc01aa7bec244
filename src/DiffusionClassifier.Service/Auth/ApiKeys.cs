using System.Security.Cryptography;
using System.Text;
using DiffusionClassifier.Core.Admission;
using DiffusionClassifier.Service.Options;

namespace DiffusionClassifier.Service.Auth;

/// <summary>The keys that this server knows, as hashes. Immutable.</summary>
internal sealed class ApiKeys
{
    private readonly IReadOnlyList<(byte[] Hash, Caller Owner)> _keys;

    /// <exception cref="ArgumentException">A setting is wrong. Its message never repeats a hash, in whose place somebody may have put the key.</exception>
    public ApiKeys(IConfiguration configuration)
    {
        IConfigurationSection section = configuration.GetSection(ApiKeyOptions.Section);
        TenantOptions tenants = configuration.GetSection(TenantOptions.Section).Get<TenantOptions>() ?? new();
        if (section.Value is { Length: > 0 })
            throw new ArgumentException("ApiKeys must be a list, as in: \"ApiKeys\": [{ \"name\": \"…\", \"sha256\": \"…\" }].");
        if (tenants.MaxActiveRequests < 1)
            throw new ArgumentException($"Tenants:MaxActiveRequests is {tenants.MaxActiveRequests}; it must be at least 1.");
        (string Path, byte[] Hash, ApiKeyOptions Key)[] keys = [.. section.GetChildren().Select(Read)];
        if (keys.GroupBy(key => Convert.ToHexString(key.Hash)).FirstOrDefault(same => same.Count() > 1) is { } twice)
            throw new ArgumentException($"{string.Join(" and ", twice.Select(key => key.Path))} are the same key: remove one.");
        Dictionary<string, Caller> owners = keys.GroupBy(key => key.Key.Name).ToDictionary(same => same.Key, same => new Caller(same.Key, Limit(same.Key, same.Select(key => key.Key)) ?? tenants.MaxActiveRequests));
        _keys = [.. keys.Select(key => (key.Hash, owners[key.Key.Name]))];
    }

    /// <summary>Whether keys are asked for.</summary>
    public bool IsOn => _keys.Count > 0;

    /// <summary>Who a key belongs to; null: nobody. Takes as long for every key, so that its time tells nothing about those that are known.</summary>
    public Caller? Find(string key)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(Encoding.UTF8.GetBytes(key), hash);
        Caller? owner = null;
        foreach ((byte[] known, Caller candidate) in _keys)
            owner = CryptographicOperations.FixedTimeEquals(known, hash) ? candidate : owner;
        return owner;
    }

    private static (string Path, byte[] Hash, ApiKeyOptions Key) Read(IConfigurationSection section)
    {
        ApiKeyOptions key = section.Get<ApiKeyOptions>() ?? new();
        if (string.IsNullOrWhiteSpace(key.Name))
            throw new ArgumentException($"{section.Path} has no name: say whose key it is.");
        if (key.Sha256.Length != 2 * SHA256.HashSizeInBytes || !key.Sha256.All(char.IsAsciiHexDigit))
            throw new ArgumentException($"{section.Path} ('{key.Name}'): sha256 must be the key's SHA-256 in 64 hexadecimal digits, as in: printf %s \"$KEY\" | sha256sum");
        if (key.MaxActiveRequests < 1)
            throw new ArgumentException($"{section.Path} ('{key.Name}'): maxActiveRequests is {key.MaxActiveRequests}; it must be at least 1.");
        return (section.Path, Convert.FromHexString(key.Sha256), key);
    }

    private static int? Limit(string name, IEnumerable<ApiKeyOptions> keys)
    {
        int[] limits = [.. keys.Select(key => key.MaxActiveRequests).OfType<int>().Distinct()];
        return limits.Length switch
        {
            0 => null,
            1 => limits[0],
            _ => throw new ArgumentException($"The keys of '{name}' have different maxActiveRequests ({string.Join(", ", limits)}): they are one limit, say it once."),
        };
    }
}
