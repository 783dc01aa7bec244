using System.Security.Cryptography;
using System.Text;
using DiffusionClassifier.Core.Admission;
using DiffusionClassifier.Service.Options;
using Microsoft.Extensions.Options;

namespace DiffusionClassifier.Service.Auth;

/// <summary>The keys that this server knows, as hashes. Immutable.</summary>
internal sealed class ApiKeys
{
    private readonly (byte[] Hash, Caller Owner)[] _keys;

    /// <param name="options">Checked by <see cref="AccessCheck"/>.</param>
    public ApiKeys(IOptions<AccessOptions> options)
    {
        AccessOptions access = options.Value;
        Dictionary<string, Caller> owners = access.ApiKeys.Values.GroupBy(key => key.Name).ToDictionary(
            same => same.Key,
            same => new Caller(
                same.Key,
                same.Select(key => key.MaxActiveRequests).FirstOrDefault(limit => limit is not null) ?? access.Tenants.MaxActiveRequests));
        _keys = [.. access.ApiKeys.Values.Select(
            key => (Convert.FromHexString(key.Sha256), owners[key.Name] with { ManagesModels = key.ManagesModels }))];
    }

    /// <summary>Whether keys are asked for.</summary>
    public bool IsOn => _keys.Length > 0;

    /// <summary>
    /// The owner of a key; null: none. Takes the same time for every key, so that timing reveals nothing about known keys.
    /// </summary>
    public Caller? Find(string key)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(Encoding.UTF8.GetBytes(key), hash);
        Caller? owner = null;
        foreach ((byte[] known, Caller candidate) in _keys)
            owner = CryptographicOperations.FixedTimeEquals(known, hash) ? candidate : owner;
        return owner;
    }
}
