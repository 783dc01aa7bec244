using System.Runtime.InteropServices;
using DiffusionClassifier.Core.Devices;
using DiffusionClassifier.Core.Jobs;

namespace DiffusionClassifier.Core.Scheduling.Sharing;

/// <summary>
/// A batch being assembled: how many rows of which job. It owns those allotments. The first job determines what may share the batch: one
/// model, one timestep if the export takes only one, and whether its size may vary. Owned by the <see cref="RowScheduler"/>, used under its
/// lock and reused for every batch.
/// </summary>
internal sealed class BatchDraft
{
    private readonly List<ClassificationJob> _jobs = []; // in the order of their first turn
    private readonly Dictionary<ClassificationJob, int> _allotted = []; // rows of each
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
        _jobs.Clear();
        _allotted.Clear();
    }

    /// <summary>Whether a job has something that this batch could hold or, before there is a lead, anything to do on this device.</summary>
    public bool CanTake(ClassificationJob job)
    {
        if (Lead is not null)
        {
            return job.Settings.Manifest.Id == Lead.Settings.Manifest.Id && job.Settings.Deterministic == Lead.Settings.Deterministic
                && Left(job) > 0 && !IsTooLate(job)
                && (!job.Settings.Manifest.ScalarTimestep || job.NextTimestep == Lead.NextTimestep);
        }

        return Device.Runs(job.Settings.Manifest.Id) && (Left(job) > 0 || job.NeedsEncoding) && !IsTooLate(job);
    }

    /// <summary>Rows that fit beside those that are there.</summary>
    public int RoomFor(ClassificationJob job) => (Lead is null ? LimitOf(job) : Limit) - Count;

    /// <summary>Rows of a job's current trial that it was not given yet.</summary>
    public int RestOfTrial(ClassificationJob job) => job.RestOfTrial(_allotted.GetValueOrDefault(job));

    /// <summary>Gives rows to a job.</summary>
    /// <returns>How many.</returns>
    public int Allot(ClassificationJob job, int rows)
    {
        if (Lead is null)
            (Lead, Limit) = (job, LimitOf(job));
        rows = Math.Min(Math.Min(rows, Limit - Count), Left(job));
        while (rows > 1 && IsTooLate(job, rows))
            rows--;
        ref int allotted = ref CollectionsMarshal.GetValueRefOrAddDefault(_allotted, job, out bool known);
        if (!known)
            _jobs.Add(job);
        allotted += rows;
        Count += rows;
        return rows;
    }

    /// <summary>
    /// Takes one row back from the job that has the most; of equals from the last, because new jobs with their only row come first.
    /// </summary>
    public ClassificationJob GiveBackOne()
    {
        ClassificationJob most = _jobs[0];
        foreach (ClassificationJob job in _jobs)
        {
            if (_allotted[job] >= _allotted[most])
                most = job;
        }

        _allotted[most]--;
        Count--;
        return most;
    }

    /// <summary>Turns what was allotted into rows; those of one job are adjacent.</summary>
    public void MoveTo(WorkPlan plan)
    {
        plan.Denoise(Lead!.Settings.Manifest.Id, Ladder(Lead), Count);
        foreach (ClassificationJob job in _jobs)
        {
            for (int left = _allotted[job]; left > 0; left--)
            {
                (int prompt, int position) = job.TakeRow(_now);
                plan.Add(new WorkRow(job.Number, prompt, position), job.Inputs);
            }
        }
    }

    private int Left(ClassificationJob job) => job.OpenRows - _allotted.GetValueOrDefault(job);

    private int LimitOf(ClassificationJob job) => job.Settings.Deterministic ? Ladder(job).Smallest : Ladder(job).Top;

    private BatchLadder Ladder(ClassificationJob job) => Device.Ladder(job.Settings.Manifest.Id);

    // Rows whose results would come after the answer are not worth running. The batch is only as large as they make it: an idle device must
    // not refuse a short deadline because its largest batch would be late.
    private bool IsTooLate(ClassificationJob job, int rows = 1) =>
        job.Clock.Deadline is not null && job.Clock.SecondsLeft(_now) < Ladder(job).Seconds(Math.Min(Count + rows, Ladder(job).Top));
}
