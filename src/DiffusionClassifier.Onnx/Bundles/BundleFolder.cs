using System.Security.Cryptography;
using System.Text;
using DiffusionClassifier.Core.Models;
using DiffusionClassifier.Onnx.Files;
using DiffusionClassifier.Onnx.Providers;
using Microsoft.Extensions.Logging;

namespace DiffusionClassifier.Onnx.Bundles;

/// <summary>
/// The bundles in folders (or the one bundle that a folder itself is). A bundle that cannot work is left out, with the file and the
/// reason in the log and in <see cref="Refused"/>, and so is a folder that only looks like one. Immutable after construction.
/// </summary>
public sealed partial class BundleFolder : IModelSource
{
    private readonly Dictionary<string, Bundle> _bundles;
    private readonly OnnxOptions _options;
    private readonly ILogger _logger;

    /// <exception cref="BundleException">A folder does not exist.</exception>
    /// <exception cref="ArgumentException">An option is out of range.</exception>
    public BundleFolder(IReadOnlyList<string> folders, OnnxOptions options, ILogger<BundleFolder> logger)
    {
        if (options.Threads < 0)
            throw new ArgumentException($"Onnx:Threads is {options.Threads}; it must be at least 0.");
        if (options.MaxBatch is < 1 or > DeviceTarget.LargestBatch)
            throw new ArgumentException($"Onnx:MaxBatch is {options.MaxBatch}; it must be from 1 to {DeviceTarget.LargestBatch}.");
        (_options, _logger) = (options, logger);
        if (folders.FirstOrDefault(folder => !Directory.Exists(folder)) is { } missing)
            throw new BundleException(missing, "the folder does not exist.");
        List<BundleException> refused = [];
        List<ModelRefusal> refusals = [];
        _bundles = new(StringComparer.OrdinalIgnoreCase);
        foreach (string candidate in folders.SelectMany(Candidates))
        {
            int before = refused.Count;
            if (TryLoad(candidate, refused) is { } bundle)
                _bundles.Add(bundle.Manifest.Id, bundle);
            refusals.AddRange(refused.Skip(before).Select(refusal =>
                new ModelRefusal(Path.GetFileName(RootOf(candidate)), WithoutPath(candidate, refusal.Message))));
        }

        Refused = refused;
        Refusals = [.. refusals];
        string all = string.Join(", ", folders);
        WhatIsMissing = refused.Count == 0
            ? $"There is no model in {all}: a model is a folder with a {BundleLoader.IndexFile}."
            : $"There is no model to serve in {all}. {string.Join(' ', refused.Select(refusal => refusal.Message))}";
    }

    public IReadOnlyList<ModelManifest> Manifests => [.. _bundles.Values.Select(bundle => bundle.Manifest)];

    /// <summary>Why bundles were left out.</summary>
    public IReadOnlyList<BundleException> Refused { get; }

    /// <inheritdoc/>
    public IReadOnlyList<ModelRefusal> Refusals { get; }

    /// <inheritdoc/>
    public string WhatIsMissing { get; }

    public IReadOnlyList<DeviceOptions> FindDevices(IReadOnlyList<DeviceOptions> wanted, ILogger logger) =>
        new DeviceFinder(device => DeviceProbe.Try(device, _options), logger).Find(wanted);

    // On CUDA a session is opened by capturing its calls, and while one thread captures, CUDA refuses others what they need to run.
    public bool OpensBeside(DeviceOptions device) => device.Provider == DeviceOptions.Cpu;

    // ONNX Runtime drops it once weights are prepared.
    public bool HoldsFiles(DeviceOptions device) => device.Provider == DeviceOptions.Cpu;

    public IDiffusionModel Open(string modelId, DeviceOptions device)
    {
        Bundle bundle = _bundles[modelId];
        bundle.Stamp.Check();
        return new OnnxDiffusionModel(bundle, _options, device, _logger);
    }

    public string Explain(string modelId, Exception failure) => WithoutPath(_bundles[modelId].Folder, failure.Message);

    public string Fingerprint(string modelId)
    {
        string root = _bundles[modelId].Folder;
        using var digest = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (string file in BundleStamp.FilesOf(root))
        {
            using FileStream stream = File.OpenRead(Path.Combine(root, file));
            digest.AppendData(Encoding.UTF8.GetBytes(file));
            digest.AppendData(SHA256.HashData(stream));
        }

        return Convert.ToHexStringLower(digest.GetHashAndReset());
    }

    private static IEnumerable<string> Candidates(string folder) => IsBundle(folder) || UnlistedModel.IsModel(folder)
        ? [folder]
        : Directory.EnumerateDirectories(folder).Order(StringComparer.Ordinal);

    private static bool IsBundle(string folder) => File.Exists(Path.Combine(folder, BundleLoader.IndexFile));

    // Clients are told about the files in the folder, but not if that is.
    private static string WithoutPath(string folder, string message)
    {
        string root = RootOf(folder);
        return message.Replace(root + Path.DirectorySeparatorChar, "", StringComparison.Ordinal)
            .Replace($"{root}: ", "", StringComparison.Ordinal)
            .Replace(root, Path.GetFileName(root), StringComparison.Ordinal);
    }

    private static string RootOf(string folder) => Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder));

    private Bundle? TryLoad(string folder, List<BundleException> refused)
    {
        try
        {
            if (!IsBundle(folder))
                return UnlistedModel.Complain(folder) is { } complaint ? throw complaint : null;
            Bundle bundle = BundleLoader.Load(folder);
            return _bundles.TryGetValue(bundle.Manifest.Id, out Bundle? other) ? throw Twice(folder, bundle, other) : bundle;
        }
        catch (BundleException exception)
        {
            LogRefused(folder, exception.Message);
            refused.Add(exception);
            return null;
        }
    }

    private static BundleException Twice(string folder, Bundle bundle, Bundle other) => new(folder, bundle.Manifest.Id == other.Manifest.Id
        ? $"there is a model '{other.Manifest.Id}' in {Path.GetDirectoryName(other.Folder)} already: rename one of the two folders."
        : $"the model '{other.Manifest.Id}' has the same name except for upper and lower case, which requests do not distinguish: rename "
            + "one of the two folders.");

    [LoggerMessage(LogLevel.Error, "The model in {Folder} is left out. {Reason}")]
    private partial void LogRefused(string folder, string reason);
}
