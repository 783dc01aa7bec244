namespace DiffusionClassifier.Testing.Images;

/// <summary>A file of CIFAR's records with soft colored images that a seed decides; record i is of class i mod 10.</summary>
public static class CifarFile
{
    private const int Side = 32;

    public static byte[] Create(int records)
    {
        var random = new Random(1);
        List<byte> bytes = [];
        for (int record = 0; record < records; record++)
        {
            bytes.Add((byte)(record % 10));
            for (int channel = 0; channel < 3; channel++)
            {
                (double level, double right, double down) = (random.Next(60, 190), random.Next(-60, 60), random.Next(-60, 60));
                bytes.AddRange(Enumerable.Range(0, Side * Side).Select(i => (byte)(level + right * (i % Side) / Side + down * (i / Side) / Side)));
            }
        }

        return [.. bytes];
    }
}
