namespace DiffusionClassifier.Service.Api.Input;

/// <summary>A request's body, whatever its content type: text fields and files.</summary>
/// <param name="Values">The text fields; a JSON body's arrays and objects as their JSON text.</param>
/// <param name="Files">The files of the one file field, in their order.</param>
internal sealed record RequestBody(FieldValues Values, IReadOnlyList<ReadOnlyMemory<byte>> Files);
