using System.Security.Cryptography;
using System.Text;
using DiffusionClassifier.Core.Models;
using DiffusionClassifier.Core.Requests;

namespace DiffusionClassifier.Core.Answers;

/// <summary>All that an answer depends on. Who asks is no part of it: an answer holds nothing that the asker did not send.</summary>
/// <param name="Model">
/// The model, as this process has loaded it. It stands for the fingerprint of the files, which may have been replaced meanwhile.
/// </param>
/// <param name="Digest">
/// SHA-256 of image file, labels and settings, in hexadecimal. Not a faster hash: strangers must not find two alike.
/// </param>
public sealed record Question(LoadedModel Model, string Digest)
{
    /// <summary>What a request asks.</summary>
    /// <param name="submission">The request, with its image.</param>
    /// <param name="settings">What it means: a default that is written out is the same question.</param>
    internal static Question Of(Submission submission, JobSettings settings)
    {
        using var all = new MemoryStream();
        using (var writer = new BinaryWriter(all, Encoding.UTF8, leaveOpen: true))
        {
            writer.Write(SHA256.HashData(submission.Request.Image.Span));
            WriteLabels(writer, submission, settings);
            WriteTrials(writer, submission, settings);
            WriteAnswer(writer, settings);
        }

        return new Question(settings.Model, Convert.ToHexStringLower(SHA256.HashData(all.GetBuffer().AsSpan(0, (int)all.Length))));
    }

    private static void WriteLabels(BinaryWriter writer, Submission submission, JobSettings settings)
    {
        writer.Write(submission.LabelNoun);
        writer.Write(submission.WithNull);
        writer.Write(settings.Labels.Count);
        foreach ((LabelSpec label, double prior) in settings.Labels.Zip(settings.Priors))
        {
            writer.Write(label.Label);
            writer.Write(prior);
        }

        writer.Write(settings.Prompts.Count);
        foreach (string prompt in settings.Prompts)
            writer.Write(prompt);
        writer.Write(settings.Arms.Count);
        foreach (int number in settings.Arms.SelectMany(arm => arm.Prompts.Prepend(arm.Prompts.Count).Prepend(arm.Label)))
            writer.Write(number);
    }

    // The trials themselves, thousands of numbers, follow from these and from the model.
    private static void WriteTrials(BinaryWriter writer, Submission submission, JobSettings settings)
    {
        ClassificationRequest request = submission.Request;
        writer.Write(settings.Plan.Count);
        writer.Write(settings.Seed);
        writer.Write(settings.ChosenDraws);
        writer.Write(request.NoiseDraws ?? 0);
        writer.Write(request.TrialsPerTimestep ?? 0);
        foreach (IReadOnlyList<int>? stages in (IReadOnlyList<int>?[])[request.StageSamples, request.StageKeep, submission.FurtherTrials])
        {
            writer.Write(stages?.Count ?? 0);
            foreach (int number in stages ?? [])
                writer.Write(number);
        }
    }

    private static void WriteAnswer(BinaryWriter writer, JobSettings settings)
    {
        writer.Write(settings.Contrast?.ToString() ?? "");
        writer.Write((int)settings.Strategy);
        writer.Write(settings.Delta);
        writer.Write(settings.TopK);
        writer.Write(settings.RejectBelow ?? 0); // which it cannot be
        writer.Write((int)settings.Loss);
        writer.Write((int)settings.Weighting);
        writer.Write((int)settings.Sharpness.Preset);
        writer.Write(settings.Sharpness.Beta);
        writer.Write((int)settings.ImageMode);
        writer.Write((int)settings.Preprocessing.Filter);
        writer.Write(settings.Deterministic);
        writer.Write(settings.InsteadOf ?? "");
        writer.Write(settings.Warnings.Count);
        foreach (string warning in settings.Warnings)
            writer.Write(warning);
    }
}
