using System.Text;
using System.Text.Json;
using DiffusionClassifier.Onnx.Files;

namespace DiffusionClassifier.Onnx.Tokenizers;

/// <summary>
/// Makes a SentencePiece model of T5's <c>tokenizer.json</c>, which holds the same pieces and the same normalization: the reverse of
/// transformers' T5Converter (convert_slow_tokenizer.py). Stateless.
/// </summary>
internal static class T5FastFile
{
    // Field numbers of ModelProto, its pieces, TrainerSpec and NormalizerSpec (sentencepiece_model.proto).
    private const int PieceField = 1, TrainerField = 2, NormalizerField = 3;
    private const int TextField = 1, ScoreField = 2, KindField = 3;
    private const int ModelTypeField = 3, UnknownField = 40, StartField = 41, EndField = 42, PaddingField = 43;
    private const int CharsMapField = 2, DummyPrefixField = 3, ExtraSpacesField = 4, EscapeSpacesField = 5;
    private const ulong Unigram = 1, Ordinary = 1, Unknown = 2, Control = 3, None = ulong.MaxValue; // −1 as a varint

    /// <param name="file">The file.</param>
    /// <param name="other">The file that may stand in its place.</param>
    /// <exception cref="BundleException">It is missing or broken, or is that of another tokenizer.</exception>
    public static SentencePieceModel Read(string file, string other)
    {
        JsonFile json = JsonFile.TryRead(file) ?? throw new BundleException(file, $"the file is missing, and there is no {other} either.");
        JsonFile model = json.Object("model") ?? throw json.Complain("model", "is missing.");
        if (model.Text("type") is { } type and not "Unigram")
            throw model.Complain("type", $"is '{type}'; T5's tokenizer is of the type Unigram.");
        if (model.Flag("byte_fallback") == true)
            throw model.Complain("byte_fallback", "is true, which T5's tokenizer does not have.");
        Dictionary<string, int> added = ReadAdded(json);
        int unknown = model.Integer("unk_id") ?? throw model.Complain("unk_id", "is missing.");
        (List<string> pieces, List<byte> proto) = ReadPieces(model, unknown, added.ContainsKey);
        if (unknown < 0 || unknown >= pieces.Count)
            throw model.Complain("unk_id", $"is {unknown}, which no piece has.");
        proto.AddRange(ProtobufWriter.Message(TrainerField,
        [
            .. ProtobufWriter.Integer(ModelTypeField, Unigram), .. ProtobufWriter.Integer(UnknownField, (ulong)unknown),
            .. ProtobufWriter.Integer(StartField, 0), .. ProtobufWriter.Integer(EndField, 0), .. ProtobufWriter.Integer(PaddingField, None),
        ]));
        proto.AddRange(ProtobufWriter.Message(NormalizerField,
        [
            .. ProtobufWriter.Message(CharsMapField, ReadCharsMap(json)), .. ProtobufWriter.Integer(DummyPrefixField, 1),
            .. ProtobufWriter.Integer(ExtraSpacesField, 1), .. ProtobufWriter.Integer(EscapeSpacesField, 1),
        ]));
        return new SentencePieceModel(file, [.. proto], pieces) { Added = added };
    }

    // [["<pad>", 0.0], ["▁the", -3.1], …]
    private static (List<string> Pieces, List<byte> Proto) ReadPieces(JsonFile model, int unknown, Func<string, bool> isSpecial)
    {
        if (model.Element("vocab") is not { ValueKind: JsonValueKind.Array } vocabulary)
            throw model.Complain("vocab", "must be a list of pieces, each with its score.");
        List<string> pieces = [];
        List<byte> proto = [];
        foreach (JsonElement entry in vocabulary.EnumerateArray())
        {
            if (entry.ValueKind != JsonValueKind.Array || entry.GetArrayLength() != 2 || entry[0].ValueKind != JsonValueKind.String
                || entry[1].ValueKind != JsonValueKind.Number)
            {
                throw model.Complain("vocab", $"has an entry {pieces.Count} that is no piece with its score.");
            }

            string piece = entry[0].GetString()!;
            ulong kind = pieces.Count == unknown ? Unknown : isSpecial(piece) ? Control : Ordinary;
            proto.AddRange(ProtobufWriter.Message(PieceField,
            [
                .. ProtobufWriter.Message(TextField, Encoding.UTF8.GetBytes(piece)),
                .. ProtobufWriter.Single(ScoreField, entry[1].GetSingle()), .. ProtobufWriter.Integer(KindField, kind),
            ]));
            pieces.Add(piece);
        }

        return (pieces, proto);
    }

    private static Dictionary<string, int> ReadAdded(JsonFile json)
    {
        Dictionary<string, int> added = new(StringComparer.Ordinal);
        if (json.Element("added_tokens") is not { ValueKind: JsonValueKind.Array } tokens)
            return added;
        foreach (JsonElement token in tokens.EnumerateArray())
        {
            int? number = Field(token, "id", JsonValueKind.Number) is { } id && id.TryGetInt32(out int whole) ? whole : null;
            if (number is null or < 0 || Field(token, "content", JsonValueKind.String)?.GetString() is not { Length: > 0 } text)
            {
                throw json.Complain("added_tokens", $"has an entry {added.Count} without an id or content.");
            }

            added[text] = number.Value;
        }

        return added;
    }

    // Alone, or the first of a sequence whose others only join blanks, as the model's own normalization does.
    private static byte[] ReadCharsMap(JsonFile json)
    {
        if (json.Object("normalizer") is not { } normalizer)
            return [];
        string? map = Find(normalizer, json);
        try
        {
            return map is null ? [] : Convert.FromBase64String(map);
        }
        catch (FormatException exception)
        {
            throw new BundleException(json.Complain("normalizer", "").File, "normalizer.precompiled_charsmap is not base64.", exception);
        }
    }

    private static string? Find(JsonFile normalizer, JsonFile json)
    {
        switch (normalizer.Text("type"))
        {
            case "Precompiled":
                return normalizer.Text("precompiled_charsmap");
            case "Sequence" when normalizer.Element("normalizers") is { ValueKind: JsonValueKind.Array } all:
                return all.EnumerateArray().Select(one => Field(one, "precompiled_charsmap", JsonValueKind.String)?.GetString())
                    .FirstOrDefault(map => map is not null);
            case "Replace" or "Strip" or "Nmt":
                return null;
            case var type:
                throw json.Complain("normalizer", $"is of the type '{type}'; T5's is Precompiled.");
        }
    }

    // A field of that kind; null if there is none.
    private static JsonElement? Field(JsonElement of, string name, JsonValueKind kind) =>
        of.ValueKind == JsonValueKind.Object && of.TryGetProperty(name, out JsonElement field) && field.ValueKind == kind ? field : null;
}
