using DiffusionClassifier.Onnx.Tests.Images;
using DiffusionClassifier.Testing.Fuzzing;

namespace DiffusionClassifier.Onnx.Tests.Fuzzing;

/// <summary>Colour profiles that are damaged, cut, or not profiles at all.</summary>
internal static class HostileProfile
{
    private const int TagCount = 128; // of the ICC header, which the count of tags follows

    public static byte[] Make(Random random)
    {
        byte[] profile = [.. SampleFiles.DisplayP3Profile];
        switch (random.Next(4))
        {
            case 0:
                return ByteMutations.RandomBytes(random, random.Next(600));
            case 1: // another kind of colours than the picture's: the signature of the data's colour space is at 16
                "GRAYCMYKLab XYZ HSV "u8.Slice(4 * random.Next(5), 4).CopyTo(profile.AsSpan(16));
                return profile;
            case 2: // the table of tags
                profile[TagCount + random.Next(100)] = (byte)random.Next(256);
                return profile;
            default:
                return ByteMutations.Mutate(profile, random);
        }
    }
}
