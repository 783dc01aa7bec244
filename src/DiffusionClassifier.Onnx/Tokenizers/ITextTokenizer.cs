namespace DiffusionClassifier.Onnx.Tokenizers;

/// <summary>
/// The seam to a tokenizer library: a prompt to the ids that a text encoder takes. Equal to Hugging Face's fast tokenizers with
/// <c>padding="max_length", truncation=True</c>. Thread-safe; no text is refused.
/// </summary>
internal interface ITextTokenizer
{
    /// <summary>How many ids a text becomes, whatever its length.</summary>
    int MaxLength { get; }

    /// <summary>How many tokens of its own a text may have: CLIP's start and end token need two places.</summary>
    int TextCapacity => MaxLength - 2;

    /// <summary>How many ids of a text are no padding.</summary>
    /// <param name="count">Its tokens, as <see cref="Encode"/> counts them.</param>
    int Used(int count) => Math.Min(count, TextCapacity) + MaxLength - TextCapacity;

    /// <summary>Writes start token (if there is one), tokens (cut after <see cref="TextCapacity"/>), end token and padding.</summary>
    /// <param name="text">The prompt; may be empty.</param>
    /// <param name="ids">Room for exactly <see cref="MaxLength"/> ids.</param>
    /// <returns>How many tokens the whole text has, start and end not counted: above <see cref="TextCapacity"/> it was cut.</returns>
    /// <exception cref="ArgumentException"><paramref name="ids"/> has another length.</exception>
    int Encode(string text, Span<long> ids);
}
