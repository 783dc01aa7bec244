using System.Buffers.Binary;
using DiffusionClassifier.Testing.Fuzzing;

namespace DiffusionClassifier.Onnx.Tests.Fuzzing;

/// <summary>Damage to a JPEG's segments: lying lengths, changed frame headers, hostile EXIF and profiles, scans without end.</summary>
internal static class JpegMutation
{
    private const byte Marker = 0xFF, StartOfImage = 0xD8, StartOfScan = 0xDA, App1 = 0xE1, App2 = 0xE2, App14 = 0xEE;
    private const int MarkerBytes = 2, MostScans = 300;

    private static readonly ushort[] Sizes = [0, 1, 15, 17, 300, 4096, 65500, ushort.MaxValue];
    private static readonly Action<List<byte[]>, Random>[] Edits = [ChangeData, ChangeData, ChangeLength, ChangeFrame, ChangeFrame, Insert, Insert, Remove, Swap, RepeatScan];

    public static byte[] Mutate(byte[] jpeg, Random random)
    {
        List<byte[]> segments = Parse(jpeg);
        if (segments.Count < 2)
            return ByteMutations.Mutate(jpeg, random);
        for (int i = random.Next(1, 4); i > 0; i--)
            random.Pick(Edits)(segments, random);
        return [.. segments.SelectMany(segment => segment)];
    }

    /// <summary>The image's start, then each segment with its marker; what follows a scan's header belongs to it, up to the next marker.</summary>
    private static List<byte[]> Parse(byte[] jpeg)
    {
        List<byte[]> segments = [];
        for (int at = 0; at + MarkerBytes <= jpeg.Length;)
        {
            int next = jpeg[at + 1] == StartOfImage ? at + MarkerBytes : EndOfSegment(jpeg, at);
            segments.Add(jpeg[at..next]);
            at = next;
        }

        return segments;
    }

    private static int EndOfSegment(byte[] jpeg, int at)
    {
        if (at + 4 > jpeg.Length || jpeg[at] != Marker)
            return jpeg.Length;
        int end = Math.Min(jpeg.Length, at + MarkerBytes + BinaryPrimitives.ReadUInt16BigEndian(jpeg.AsSpan(at + MarkerBytes)));
        if (jpeg[at + 1] != StartOfScan)
            return end;
        // Entropy-coded data: 0xFF is followed by 0 or a restart marker there, and by another marker at its end.
        while (end + 1 < jpeg.Length && (jpeg[end] != Marker || jpeg[end + 1] is 0 or (>= 0xD0 and <= 0xD7)))
            end++;
        return end + 1 < jpeg.Length ? end : jpeg.Length;
    }

    private static byte[] Segment(byte marker, byte[] data) => [Marker, marker, (byte)((data.Length + 2) >> 8), (byte)(data.Length + 2), .. data];

    private static void ChangeData(List<byte[]> segments, Random random)
    {
        int index = random.Next(1, segments.Count);
        byte[] segment = segments[index];
        int header = Math.Min(segment.Length, 4);
        segments[index] = [.. segment[..header], .. ByteMutations.Mutate(segment[header..], random)];
    }

    private static void ChangeLength(List<byte[]> segments, Random random)
    {
        byte[] segment = [.. random.Pick(segments)];
        if (segment.Length < 4)
            return;
        BinaryPrimitives.WriteUInt16BigEndian(segment.AsSpan(MarkerBytes), (ushort)ByteMutations.Edge(random));
        segments[random.Next(1, segments.Count)] = segment;
    }

    /// <summary>Precision, height, width, components and their sampling factors (T.81, B.2.2).</summary>
    private static void ChangeFrame(List<byte[]> segments, Random random)
    {
        int index = segments.FindIndex(segment => segment is [Marker, 0xC0 or 0xC2, ..]);
        if (index < 0 || segments[index].Length < 11)
            return;
        byte[] frame = [.. segments[index]];
        if (random.Chance(0.5))
            BinaryPrimitives.WriteUInt16BigEndian(frame.AsSpan(random.Chance(0.5) ? 5 : 7), random.Pick(Sizes));
        else
            frame[random.Next(4, frame.Length)] = (byte)random.Next(random.Chance(0.5) ? 8 : 256);
        if (random.Chance(0.2))
            frame[1] = (byte)(0xC0 + random.Next(16)); // lossless, arithmetic, hierarchical, or not a frame at all
        segments[index] = frame;
    }

    private static void Insert(List<byte[]> segments, Random random)
    {
        byte part = (byte)random.Next(4), parts = (byte)random.Next(4);
        segments.Insert(random.Next(1, segments.Count), random.Next(4) switch
        {
            0 or 1 => Segment(App1, [.. "Exif\0\0"u8, .. HostileExif.Make(random)]),
            2 => Segment(App2, [.. "ICC_PROFILE\0"u8, part, parts, .. HostileProfile.Make(random)]),
            _ => Segment(App14, [.. "Adobe\0\x64\0\0\0\0"u8, (byte)random.Next(5)]),
        });
    }

    private static void Remove(List<byte[]> segments, Random random)
    {
        if (segments.Count > 2)
            segments.RemoveAt(random.Next(1, segments.Count));
    }

    private static void Swap(List<byte[]> segments, Random random)
    {
        (int first, int second) = (random.Next(1, segments.Count), random.Next(1, segments.Count));
        (segments[first], segments[second]) = (segments[second], segments[first]);
    }

    /// <summary>Each scan of a progressive picture costs a pass over all its pixels.</summary>
    private static void RepeatScan(List<byte[]> segments, Random random)
    {
        int index = segments.FindLastIndex(segment => segment is [Marker, StartOfScan, ..]);
        if (index > 0)
            segments.InsertRange(index, Enumerable.Repeat(segments[index], random.Next(MostScans)));
    }
}
