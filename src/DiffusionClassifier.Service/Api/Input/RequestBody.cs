namespace DiffusionClassifier.Service.Api.Input;

/// <summary>
/// A request's body, whatever its content type. Owns the memory of its files: dispose it as soon as they are of no more use.
/// </summary>
/// <param name="values">The text fields; a JSON body's arrays as their JSON text.</param>
/// <param name="files">The files of the one file field, in their order.</param>
/// <param name="buffer">What they lie in.</param>
internal sealed class RequestBody(FieldValues values, IReadOnlyList<ReadOnlyMemory<byte>> files, UploadBuffer buffer) : IDisposable
{
    public FieldValues Values { get; } = values;

    public IReadOnlyList<ReadOnlyMemory<byte>> Files { get; private set; } = files;

    /// <summary>May be called more than once.</summary>
    public void Dispose()
    {
        Files = []; // the handler keeps this object until the answer
        buffer.Dispose();
    }
}
