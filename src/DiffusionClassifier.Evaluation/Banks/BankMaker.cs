using DiffusionClassifier.Core.Models;
using DiffusionClassifier.Evaluation.Engines;
using DiffusionClassifier.Evaluation.Errors;

namespace DiffusionClassifier.Evaluation.Banks;

/// <summary>Which model made a bank: results from another model's errors would be silently wrong. Stateless.</summary>
public static class BankMaker
{
    /// <summary>Whether a bank says that it was made with exactly these weights.</summary>
    public static bool IsCertain(ErrorBank bank, SingleModel model)
    {
        ArgumentNullException.ThrowIfNull(bank);
        ArgumentNullException.ThrowIfNull(model);
        return bank.Settings?.ModelDigest is { } digest && model.Digest() == digest;
    }

    /// <summary>The model, if it may have made the bank's errors.</summary>
    /// <exception cref="EvaluationException">Another model made the bank.</exception>
    public static SingleModel Require(ErrorBank bank, SingleModel model)
    {
        ArgumentNullException.ThrowIfNull(bank);
        ArgumentNullException.ThrowIfNull(model);
        ModelManifest manifest = model.Manifest;
        string? reason = bank.Settings switch
        {
            { ModelDigest: not null } settings => IsCertain(bank, model)
                ? null
                : $"was made by the model {settings.Model} with weights other than those of {manifest.Id}",
            { } settings when settings.Elements != manifest.Latent.Length =>
                $"was made with errors over {settings.Elements} numbers, and the model {manifest.Id} has {manifest.Latent.Length}",
            _ when manifest.Conditioning == ConditioningKind.Class && bank.Classes != manifest.Classes.Count =>
                $"has errors of {bank.Classes} classes, and the model {manifest.Id} has {manifest.Classes.Count}",
            _ when bank.Timesteps.Any(timestep => timestep < manifest.TimestepFrom || timestep >= manifest.TimestepTo) =>
                $"has timesteps outside those of the model {manifest.Id}, {manifest.TimestepFrom} to {manifest.TimestepTo - 1}",
            _ => null,
        };
        return reason is null
            ? model
            : throw new EvaluationException($"The bank {reason}: name the model that made it with --model, or make a new bank.");
    }
}
