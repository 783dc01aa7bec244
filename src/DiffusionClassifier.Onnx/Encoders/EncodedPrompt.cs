namespace DiffusionClassifier.Onnx.Encoders;

/// <summary>What one text encoder makes of one prompt.</summary>
/// <param name="Ids">What it read: start and end tokens and padding included.</param>
/// <param name="Count">How many tokens the whole prompt has.</param>
/// <param name="States">Its hidden states, [tokens, width]; empty if they are not used.</param>
/// <param name="Pooled">The prompt as a whole; empty if that is not used.</param>
internal sealed record EncodedPrompt(ReadOnlyMemory<long> Ids, int Count, ReadOnlyMemory<float> States, ReadOnlyMemory<float> Pooled);
