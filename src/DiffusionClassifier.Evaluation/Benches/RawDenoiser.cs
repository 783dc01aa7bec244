using DiffusionClassifier.Core.Diffusion;
using DiffusionClassifier.Core.Models;

namespace DiffusionClassifier.Evaluation.Benches;

/// <summary>The bare denoiser on buffers that are filled once: what the engine is measured against.</summary>
internal sealed class RawDenoiser : IDisposable
{
    private readonly IDiffusionModel _model;
    private readonly DenoisingBatch _batch;
    private readonly TimeProvider _time;
    private readonly CallingThread _thread = new("raw denoiser");

    /// <param name="model">The model.</param>
    /// <param name="time">The clock.</param>
    /// <param name="labels">Rows that share image and trial; null: as many as the model has classes.</param>
    public RawDenoiser(IDiffusionModel model, TimeProvider time, int? labels = null)
    {
        (_model, _time, _batch) = (model, time, model.CreateBatch());
        var noise = new GaussianNoise(seed: 0);
        for (int row = 0; row < _batch.Capacity; row++)
        {
            noise.Fill(row, _batch.Noised(row));
            _batch.Slots[row] = row / (labels ?? model.Manifest.RowsPerSlot);
        }

        Array.Fill(_batch.Timesteps, model.Manifest.TimestepFrom);
        Array.Fill(_batch.Conditionings, model.EncodePrompts([model.Manifest.Classes is [string first, ..] ? first : ""])[0]);
    }

    /// <summary>Seconds for a number of calls.</summary>
    public double Run(int bucket, int runs) => _thread.Call(() =>
    {
        _batch.Bucket = bucket;
        long begin = _time.GetTimestamp();
        for (int run = 0; run < runs; run++)
            _model.PredictNoise(_batch);
        return _time.GetElapsedTime(begin).TotalSeconds;
    });

    public void Dispose()
    {
        _thread.Dispose();
        _batch.Dispose();
    }
}
