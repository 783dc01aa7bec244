namespace DiffusionClassifier.Service.Api.Input;

/// <summary>
/// A request's body, whatever its content type. Owns the memory of its files: dispose it as soon as they are of no more use.
/// </summary>
/// <param name="values">The text fields; a JSON body's arrays as their JSON text.</param>
/// <param name="files">The files with their fields, in their order.</param>
/// <param name="buffer">What they lie in; null: its owner is another.</param>
internal sealed class RequestBody(
    FieldValues values, IReadOnlyList<(string Field, ReadOnlyMemory<byte> Bytes)> files, UploadBuffer? buffer)
    : IDisposable
{
    public FieldValues Values { get; } = values;

    public IReadOnlyList<(string Field, ReadOnlyMemory<byte> Bytes)> Files { get; private set; } = files;

    /// <summary>The files of one field.</summary>
    public IReadOnlyList<ReadOnlyMemory<byte>> FilesOf(string field) =>
        [.. Files.Where(file => file.Field == field).Select(file => file.Bytes)];

    /// <summary>Refuses fields that the request does not have.</summary>
    /// <exception cref="Core.Errors.ClassificationException"><see cref="ClassificationError.UnknownField"/>.</exception>
    public void CheckKnown(BodyFields fields)
    {
        foreach (string name in Values.Names.Concat(Files.Select(file => file.Field)))
            fields.CheckKnown(name);
    }

    /// <summary>May be called more than once.</summary>
    public void Dispose()
    {
        Files = []; // the handler keeps this object until the answer
        buffer?.Dispose();
    }
}
