using DiffusionClassifier.Core.Models;

namespace DiffusionClassifier.Core.Devices;

/// <summary>Where devices get work and bring back what came of it. Called from any thread.</summary>
internal interface IWorkSource
{
    /// <summary>Raised when there may be work for an idle worker.</summary>
    event Action? WorkArrived;

    /// <summary>Makes a device known: from now on it counts when times are predicted.</summary>
    void Register(DeviceProfile device);

    /// <summary>A device has opened a model: its jobs run from now on.</summary>
    /// <returns>The device as it is from now on.</returns>
    DeviceProfile Add(DeviceProfile device, string model, BatchLadder ladder);

    /// <summary>A device is about to close a model, which has no jobs: nothing of it is assembled anymore. Its speed stays known.</summary>
    /// <returns>The device as it is from now on.</returns>
    DeviceProfile Remove(DeviceProfile device, string model);

    /// <summary>A device gives a model up. If no other device runs it, its jobs fail, including those that are submitted later.</summary>
    /// <returns>The device as it is from now on.</returns>
    DeviceProfile Withdraw(DeviceProfile device, string model, Exception exception);

    /// <summary>Fills <paramref name="plan"/> with the next work of a device; <see cref="WorkKind.None"/> if there is none.</summary>
    void Assemble(DeviceProfile device, long now, WorkPlan plan);

    /// <summary>Takes back an encoding: from now on the job has rows, or more to encode.</summary>
    void CompleteEncoding(WorkPlan plan, EncodedParts parts, TimeSpan elapsed, long now);

    /// <summary>
    /// Takes back a batch: one error per row of the plan. Jobs that are decided end here; what goes wrong with one spares the others.
    /// </summary>
    /// <returns>How many rows came too late: their job had ended.</returns>
    int CompleteBatch(DeviceProfile device, WorkPlan plan, ReadOnlySpan<double> errors, TimeSpan elapsed, long now);

    /// <summary>
    /// Takes back work that could not be done. An encoding fails its job. A batch is halved and tried again, down to the row that poisons
    /// it, whose job fails: the others lose nothing but time.
    /// </summary>
    void Fail(WorkPlan plan, Exception exception);

    /// <summary>Takes back a batch that a device had no memory for: from now on its batches of that model are smaller.</summary>
    void FailForMemory(DeviceProfile device, WorkPlan plan, Exception exception);
}
