using DiffusionClassifier.Core;
using DiffusionClassifier.Core.Models;
using DiffusionClassifier.Core.Requests;
using DiffusionClassifier.Evaluation.Explanations;
using DiffusionClassifier.Evaluation.Files;

namespace DiffusionClassifier.Evaluation.Live;

/// <summary>Asks again about an image whose pixels go or come in the order that its explanation says, and in two other orders.</summary>
/// <param name="engine">Runs the model.</param>
/// <param name="request">The request about the image, except for the image.</param>
/// <param name="job">What the request means.</param>
/// <param name="settings">How to judge.</param>
/// <param name="images">Reads images as the model does.</param>
/// <param name="writePng">Makes image files of changed ones.</param>
internal sealed class ExplanationJudge(
    ClassificationEngine engine,
    ClassificationRequest request,
    JobSettings job,
    ExplanationSettings settings,
    IImagePreprocessor images,
    WritePng writePng)
{
    private readonly ClassificationEngine _engine = engine;
    private readonly WritePng _writePng = writePng;
    private readonly int _steps = settings.Steps;
    private readonly ClassificationRequest _question = Question(request, settings);

    /// <summary>What is asked of a changed image, except for the image.</summary>
    public static ClassificationRequest Question(ClassificationRequest request, ExplanationSettings settings) =>
        LiveRun.Fixed(request, settings.Trials, chosen: false) with { NoiseDraws = null }; // more draws than trials are none

    /// <summary>What there is to know about an answer's explanation.</summary>
    /// <param name="index">The image's place in the data set.</param>
    /// <param name="file">The image.</param>
    /// <param name="answer">The answer with its explanation.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <exception cref="IOException">It has none: no memory was left for its maps.</exception>
    public async Task<ExplainedImage> JudgeAsync(
        int index, ReadOnlyMemory<byte> file, ClassificationResult answer, CancellationToken cancellationToken)
    {
        if (answer.Explanation is not { } map)
            throw new IOException($"it has no explanation: {string.Join(" ", answer.Warnings)}");
        ImageHeader header = images.ReadHeader(file);
        var judged = new ExplainedImage(
            map.Against, header.Width, header.Height, map.Width, map.Height, map.Trials, map.Values, Rows: 0, Curves: []);
        if (_steps == 0)
            return judged;
        var image = new ChangedImage(images.Load(file, header, job.ImageMode, job.Preprocessing));
        var questions = new Questions(this, image, map.Label, cancellationToken);
        int[][] orders = [.. judged.Maps(MapSeed(job.Seed, index)).Select(each => each.Order(image.Size))];
        IReadOnlyList<MapCurves> curves = await questions.AskAsync(ExplainedImage.MapNames, orders);
        return judged with { Curves = curves, Rows = questions.Rows };
    }

    /// <summary>The seed of an image's random map: another for each image.</summary>
    public static ulong MapSeed(ulong seed, int index) => unchecked(seed + (ulong)index);

    /// <summary>The curves of one image, point by point: other images' questions fill the batches. Used by one flow.</summary>
    private sealed class Questions(ExplanationJudge owner, ChangedImage image, string label, CancellationToken cancellationToken)
    {
        /// <summary>What was asked so far cost so many.</summary>
        public int Rows { get; private set; }

        public async Task<IReadOnlyList<MapCurves>> AskAsync(IReadOnlyList<string> names, int[][] orders)
        {
            // The ends are the same whatever the order.
            int all = image.Size * image.Size;
            double whole = await AskAsync(image.WithFirst(orders[0], all)), blurred = await AskAsync(image.WithFirst(orders[0], 0));
            double mean = await AskAsync(image.WithoutFirst(orders[0], all));
            List<MapCurves> curves = [];
            foreach ((string name, int[] order) in names.Zip(orders))
            {
                List<double> insertion = [blurred], deletion = [whole];
                for (int step = 1; step < owner._steps; step++)
                {
                    int count = (int)((long)all * step / owner._steps);
                    insertion.Add(await AskAsync(image.WithFirst(order, count)));
                    deletion.Add(await AskAsync(image.WithoutFirst(order, count)));
                }

                curves.Add(new MapCurves(name, [.. insertion, whole], [.. deletion, mean]));
            }

            return curves;
        }

        private async Task<double> AskAsync(float[] pixels)
        {
            ReadOnlyMemory<byte> file = owner._writePng(image.Size, image.Size, PixelBytes.Of(pixels));
            var submission = new Submission(owner._question with { Image = file });
            ClassificationResult answer = await owner._engine.Submit(submission, cancellationToken).Result;
            Rows += answer.Cost.Rows;
            return answer.Labels.First(each => each.Label == label).Posterior;
        }
    }
}
