using DiffusionClassifier.Core.Scheduling.Devices;

namespace DiffusionClassifier.Core.Scheduling.Sharing;

/// <summary>
/// A batch in the making: how many rows of which job. The first job sets what may share the batch: one model, one timestep where the
/// export takes only one, and whether its size is free. Owned by the <see cref="RowScheduler"/>, used under its lock and reused for every batch.
/// </summary>
internal sealed class BatchDraft
{
    private readonly List<ClassificationJob> _jobs = []; // in the order of their first turn
    private long _now;

    public DeviceProfile Device { get; private set; } = null!; // set by Begin, before anything else

    /// <summary>Counts batches, so that a policy can remember which one it last did something in.</summary>
    public long Number { get; private set; }

    /// <summary>The job that was served first.</summary>
    public ClassificationJob? Lead { get; private set; }

    /// <summary>Rows that fit; before there is a lead those of the largest model.</summary>
    public int Limit { get; private set; }

    public int Count { get; private set; }

    public bool IsFull => Count >= Limit;

    public void Begin(DeviceProfile device, long now)
    {
        (Device, _now, Lead, Limit, Count) = (device, now, null, device.MaxRows, 0);
        Number++;
        foreach (ClassificationJob job in _jobs)
            job.Allotted = 0; // as it is, unless the last batch was given up half made
        _jobs.Clear();
    }

    /// <summary>Whether a job has something that this batch could hold or, before there is a lead, anything to do on this device.</summary>
    public bool CanTake(ClassificationJob job)
    {
        if (Lead is not null)
            return job.Settings.Manifest.Id == Lead.Settings.Manifest.Id && job.Settings.Deterministic == Lead.Settings.Deterministic && job.UnallottedRows > 0 && !IsTooLate(job)
                && (!job.Settings.Manifest.ScalarTimestep || job.NextTimestep == Lead.NextTimestep);
        return Device.Runs(job) && (job.UnallottedRows > 0 || job.NeedsEncoding) && !IsTooLate(job);
    }

    /// <summary>Gives rows to a job.</summary>
    /// <returns>How many.</returns>
    public int Allot(ClassificationJob job, int rows)
    {
        if (Lead is null)
            (Lead, Limit) = (job, job.Settings.Deterministic ? Device.Ladder(job).Smallest : Device.Ladder(job).Top);
        if (job.Allotted == 0)
            _jobs.Add(job);
        rows = Math.Min(Math.Min(rows, Limit - Count), job.UnallottedRows);
        while (rows > 1 && IsTooLate(job, rows))
            rows--;
        job.Allotted += rows;
        Count += rows;
        return rows;
    }

    /// <summary>Takes one row back from whoever has the most; of equals from the last, for newcomers with their only row come first.</summary>
    public ClassificationJob GiveBackOne()
    {
        ClassificationJob most = _jobs[0];
        foreach (ClassificationJob job in _jobs)
        {
            if (job.Allotted >= most.Allotted)
                most = job;
        }

        most.Allotted--;
        Count--;
        return most;
    }

    /// <summary>Turns what was allotted into rows; those of one job stand together.</summary>
    public void MoveTo(WorkPlan plan)
    {
        plan.Denoise(Lead!.Settings.Manifest.Id, Device.Ladder(Lead), Count);
        foreach (ClassificationJob job in _jobs)
        {
            for (; job.Allotted > 0; job.Allotted--)
                plan.Add(job.TakeRow(_now));
        }
    }

    // Rows whose results would come after the answer are not worth running. The batch is as large as it is with them: an idle device must not
    // refuse a short deadline because its largest batch would be late.
    private bool IsTooLate(ClassificationJob job, int rows = 1) => job.Clock.Deadline is not null && job.Clock.SecondsLeft(_now) < Device.Ladder(job).Seconds(Math.Min(Count + rows, Device.Ladder(job).Top));
}
