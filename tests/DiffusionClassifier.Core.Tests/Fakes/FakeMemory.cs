using DiffusionClassifier.Core.Errors;
using DiffusionClassifier.Core.Residency;
using DiffusionClassifier.Testing.Fakes;

namespace DiffusionClassifier.Core.Tests.Fakes;

/// <summary>Devices that load and unload when the test says so. Models are letters, with their bytes, on one device unless a test names others.</summary>
internal sealed class FakeMemory
{
    private readonly HashSet<string> _loaded = [];
    private readonly Func<string, IReadOnlyList<string>> _devices;
    private readonly Dictionary<string, long> _bytes;

    public FakeMemory(long? maxBytes, params (string Model, long Bytes)[] models)
        : this(maxBytes, _ => ["cpu"], models)
    {
    }

    public FakeMemory(long? maxBytes, Func<string, IReadOnlyList<string>> devices, params (string Model, long Bytes)[] models)
        : this(maxBytes, devices, holdsFiles: false, models)
    {
    }

    public FakeMemory(long? maxBytes, Func<string, IReadOnlyList<string>> devices, bool holdsFiles, params (string Model, long Bytes)[] models)
    {
        (_devices, _bytes) = (devices, models.ToDictionary(model => model.Model, model => model.Bytes));
        Residency = new ModelResidency(
            models.Select(model => Manifests.Classes(model.Model) with { WeightBytes = model.Bytes }), devices, new ResidencyOptions { MaxBytes = maxBytes }, _ => holdsFiles);
        Residency.LoadOrdered += model => Order("load", model);
        Residency.UnloadOrdered += model => Order("unload", model);
    }

    /// <summary>What a load beyond <see cref="RealBytes"/> fails with.</summary>
    public static DeviceOutOfMemoryException NoMemory { get; } = new("no memory");

    public ModelResidency Residency { get; }

    /// <summary>What was ordered and is not reported yet, as in <c>load a</c>.</summary>
    public List<string> Orders { get; } = [];

    public int Loads { get; private set; }

    /// <summary>What a device really has: a load beyond it fails for want of memory, whatever the bound.</summary>
    public long RealBytes { get; init; } = long.MaxValue;

    /// <summary>Asks for a model, and reports what is ordered for it at once.</summary>
    public ModelUse Load(string model)
    {
        ModelUse use = Residency.Ask(model);
        ReportAll();
        Assert.True(use.Ready.IsCompletedSuccessfully, $"{model} is not loaded");
        return use;
    }

    /// <summary>Loads a model and lets it go.</summary>
    public void Touch(string model) => Load(model).Dispose();

    /// <summary>Reports an order as done.</summary>
    public void Report(string order)
    {
        Assert.True(Orders.Remove(order), $"'{order}' was not ordered, but: {string.Join(", ", Orders)}");
        string model = order.Split(' ')[1];
        if (order.StartsWith("unload", StringComparison.Ordinal))
            Unloaded(model);
        else if (_devices(model).Where(device => _loaded.Where(other => _devices(other).Contains(device)).Append(model).Sum(one => _bytes[one]) > RealBytes)
            .ToArray() is not { Length: > 0 } full)
            Loaded(model);
        else if (!Residency.LacksMemory(model, full))
            Residency.Failed(model, NoMemory);
    }

    /// <summary>Reports orders until there are none.</summary>
    public void ReportAll()
    {
        while (Orders.Count > 0)
            Report(Orders[0]);
    }

    public ModelState State(string model) => Residency.Find(model).State;

    private void Loaded(string model)
    {
        _loaded.Add(model);
        Residency.Loaded(model);
    }

    private void Unloaded(string model)
    {
        _loaded.Remove(model);
        Residency.Unloaded(model);
    }

    private void Order(string what, string model)
    {
        Orders.Add($"{what} {model}");
        Loads += what == "load" ? 1 : 0;
    }
}
