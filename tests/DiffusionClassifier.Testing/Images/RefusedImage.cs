namespace DiffusionClassifier.Testing.Images;

/// <summary>A file that no host may accept.</summary>
/// <param name="Bytes">The file.</param>
/// <param name="Status">The HTTP status.</param>
/// <param name="Code">The error's stable word.</param>
/// <param name="Detail">What the message must say.</param>
public sealed record RefusedImage(byte[] Bytes, int Status, string Code, string Detail);
