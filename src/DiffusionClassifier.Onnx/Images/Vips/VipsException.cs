namespace DiffusionClassifier.Onnx.Images.Vips;

/// <summary>
/// An operation of libvips failed. The message is the library's own text, for logs alone: its error buffer is one for the whole process,
/// so the text may belong to a decode that failed at the same moment.
/// </summary>
internal sealed class VipsException(string message) : Exception(message);
