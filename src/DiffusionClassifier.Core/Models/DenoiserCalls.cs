namespace DiffusionClassifier.Core.Models;

/// <summary>Calls of a denoiser for those that have nothing else to do meanwhile. Stateless.</summary>
public static class DenoiserCalls
{
    /// <summary>
    /// Sends the first <see cref="DenoisingBatch.Bucket"/> rows to the model and waits for its answer, which is then in <see
    /// cref="DenoisingBatch.Predicted"/>.
    /// </summary>
    /// <param name="model">The model.</param>
    /// <param name="batch">A batch that it made.</param>
    public static void PredictNoise(this IDiffusionModel model, DenoisingBatch batch)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(batch);
        batch.Upload();
        model.Run(batch);
        batch.Download();
    }
}
