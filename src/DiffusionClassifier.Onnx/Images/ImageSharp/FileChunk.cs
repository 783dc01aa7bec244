namespace DiffusionClassifier.Onnx.Images.ImageSharp;

/// <summary>A piece of an image file: a chunk of a PNG or a WebP, a segment of a JPEG.</summary>
/// <param name="Name">Four letters; of a JPEG the second byte of its marker.</param>
/// <param name="Data">What is inside, without lengths and checksums.</param>
internal readonly record struct FileChunk(ReadOnlyMemory<byte> Name, ReadOnlyMemory<byte> Data)
{
    public bool Is(ReadOnlySpan<byte> name) => Name.Span.SequenceEqual(name);
}
