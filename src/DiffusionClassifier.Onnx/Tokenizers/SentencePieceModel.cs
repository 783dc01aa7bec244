using DiffusionClassifier.Onnx.Files;
using DiffusionClassifier.Onnx.Graphs;
using Microsoft.ML.Tokenizers;

namespace DiffusionClassifier.Onnx.Tokenizers;

/// <summary>
/// A SentencePiece model of the unigram kind, as the bytes of a <c>ModelProto</c> (sentencepiece_model.proto) and its pieces. Immutable.
/// </summary>
/// <param name="File">Where it was read from.</param>
/// <param name="Proto">The message.</param>
/// <param name="Pieces">The pieces, by id.</param>
internal sealed record SentencePieceModel(string File, byte[] Proto, IReadOnlyList<string> Pieces)
{
    // Field numbers of ModelProto, SentencePiece and TrainerSpec.
    private const int PieceField = 1, TrainerField = 2, TextField = 1, ModelTypeField = 3, StartField = 41;
    private const int Unigram = 1;
    private const string Probe = "\uFF21 e\u0301 \uFB01 \u00BD \U0001F600 a"; // a damaged normalization fails only when it is used
    private const long LargestFile = 1 << 28; // 256 MB: T5's own has 0.8

    private readonly Dictionary<string, int> _ids = Pieces.Select((piece, id) => (piece, id)).DistinctBy(pair => pair.piece)
        .ToDictionary(pair => pair.piece, pair => pair.id, StringComparer.Ordinal);

    /// <summary>Tokens beside the pieces, and ids that some of them have.</summary>
    public IReadOnlyDictionary<string, int> Added { get; init; } = new Dictionary<string, int>();

    /// <exception cref="BundleException">The file is none of a unigram model.</exception>
    public static SentencePieceModel Read(string file)
    {
        try
        {
            LfsPointer.Refuse(file);
            if (new FileInfo(file).Length > LargestFile)
                throw new BundleException(file, "it is larger than any tokenizer.");
            byte[] proto = System.IO.File.ReadAllBytes(file);
            (List<string> pieces, long type) = ReadPieces(proto);
            return type == Unigram && pieces.Count > 0
                ? new SentencePieceModel(file, proto, pieces)
                : throw new BundleException(file, "it is no unigram model, as T5's is.");
        }
        catch (Exception exception) when (exception is InvalidDataException or EndOfStreamException or OverflowException)
        {
            throw new BundleException(file, $"not a whole SentencePiece model: {exception.Message}. Copy it again.", exception);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new BundleException(file, $"cannot be read: {exception.Message}", exception);
        }
    }

    /// <summary>The id of a piece; −1 if there is none.</summary>
    public int IndexOf(string piece) => _ids.GetValueOrDefault(piece, -1);

    /// <exception cref="BundleException">The library refuses the model.</exception>
    public SentencePieceTokenizer CreateTokenizer()
    {
        // T5 has no start token, −1, which the library takes for an index. The later of two messages wins in protobuf, field by field.
        byte[] start = [.. ProtobufWriter.Integer(StartField, 0)];
        using var stream = new MemoryStream([.. Proto, .. ProtobufWriter.Message(TrainerField, start)]);
        try
        {
            var tokenizer = SentencePieceTokenizer.Create(stream, addBeginningOfSentence: false, addEndOfSentence: false);
            tokenizer.EncodeToIds(Probe, addBeginningOfSentence: false, addEndOfSentence: false);
            return tokenizer;
        }
        catch (Exception exception) when (exception is not OutOfMemoryException)
        {
            throw new BundleException(File, $"the tokenizer cannot be made of it: {exception.Message}", exception);
        }
    }

    private static (List<string> Pieces, long Type) ReadPieces(byte[] proto)
    {
        List<string> pieces = [];
        long type = Unigram; // the field's default
        using var stream = new MemoryStream(proto);
        var reader = new ProtobufReader(stream);
        while (reader.Next(proto.Length))
        {
            switch (reader.Field)
            {
                case PieceField:
                    pieces.Add(ReadPiece(reader, reader.Message()));
                    break;
                case TrainerField:
                    type = ReadType(reader, reader.Message(), type);
                    break;
                default:
                    reader.Skip();
                    break;
            }
        }

        return (pieces, type);
    }

    private static string ReadPiece(ProtobufReader reader, long end)
    {
        string text = "";
        while (reader.Next(end))
        {
            if (reader.Field == TextField)
                text = reader.Text();
            else
                reader.Skip();
        }

        return text;
    }

    private static long ReadType(ProtobufReader reader, long end, long type)
    {
        while (reader.Next(end))
        {
            if (reader.Field == ModelTypeField)
                type = reader.Integer();
            else
                reader.Skip();
        }

        return type;
    }
}
