using System.Security.Cryptography;
using System.Text;
using DiffusionClassifier.Cli.Errors;
using DiffusionClassifier.Core.Models;
using DiffusionClassifier.Core.Scoring.Banks;
using Microsoft.Extensions.Logging;

namespace DiffusionClassifier.Cli.Models;

/// <summary>One model of a source: an engine on it loads no other.</summary>
/// <param name="source">Opens it.</param>
/// <param name="manifest">Which.</param>
/// <param name="folder">Where the source looked for models.</param>
internal sealed class SingleModel(IModelSource source, ModelManifest manifest, string folder) : IModelSource
{
    public ModelManifest Manifest { get; } = manifest;

    /// <summary>The folder of the models, or the model's own.</summary>
    public string Folder { get; } = folder;

    /// <summary>What the caller should know of how it was chosen; else null.</summary>
    public string? Warning { get; init; }

    /// <summary>The model's own folder.</summary>
    public string BundleFolder => ModelChooser.IsBundle(Folder) ? Folder : Path.Combine(Folder, Manifest.Id);

    /// <summary>
    /// Tells weights apart that have one id: SHA-256 of the files in the bundle's folders (graphs, weights, schedule, tokenizer), in
    /// hexadecimal. Not of the files beside those folders: <c>classifier.json</c> holds settings, others are texts.
    /// </summary>
    public string Digest()
    {
        using var digest = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (string file in Directory.EnumerateDirectories(BundleFolder).SelectMany(folder => Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories)).Order(StringComparer.Ordinal))
        {
            using FileStream stream = File.OpenRead(file);
            digest.AppendData(Encoding.UTF8.GetBytes(Path.GetRelativePath(BundleFolder, file)));
            digest.AppendData(SHA256.HashData(stream));
        }

        return Convert.ToHexStringLower(digest.GetHashAndReset());
    }

    /// <summary>This model, if a bank's errors may be its own: what is said by another model's errors is wrong without anybody noticing.</summary>
    /// <exception cref="UserException">Another model made the bank.</exception>
    public SingleModel RequireMakerOf(ErrorBank bank)
    {
        string? reason = bank.Settings switch
        {
            { ModelDigest: { } digest } settings => digest == Digest() ? null : $"was made by the model {settings.Model} with other weights than those of {Manifest.Id}",
            { } settings when settings.Elements != Manifest.Latent.Length => $"was made with errors over {settings.Elements} numbers, and the model {Manifest.Id} has {Manifest.Latent.Length}",
            _ when Manifest.Conditioning == ConditioningKind.Class && bank.Classes != Manifest.Classes.Count => $"has errors of {bank.Classes} classes, and the model {Manifest.Id} has {Manifest.Classes.Count}",
            _ when bank.Timesteps.Any(timestep => timestep < Manifest.TimestepFrom || timestep >= Manifest.TimestepTo) =>
                $"has timesteps outside those of the model {Manifest.Id}, {Manifest.TimestepFrom} to {Manifest.TimestepTo - 1}",
            _ => null,
        };
        return reason is null ? this : throw new UserException($"The bank {reason}: name the model that made it by --model, or make the bank anew.");
    }

    public IReadOnlyList<ModelManifest> Manifests { get; } = [manifest];

    /// <exception cref="UserException">What is wanted is no device of any machine.</exception>
    public IReadOnlyList<DeviceOptions> FindDevices(IReadOnlyList<DeviceOptions> wanted, ILogger logger)
    {
        try
        {
            return source.FindDevices(wanted, logger);
        }
        catch (ArgumentException exception)
        {
            throw new UserException(exception.Message);
        }
    }

    /// <summary>Loads the model on one device: the one that is wanted, or what takes its place.</summary>
    public IDiffusionModel Open(DeviceOptions? wanted, ILogger logger) => Open(Manifest.Id, FindDevices(wanted is null ? [] : [wanted], logger)[0]);

    public IDiffusionModel Open(string modelId, DeviceOptions device) => source.Open(modelId, device);
}
