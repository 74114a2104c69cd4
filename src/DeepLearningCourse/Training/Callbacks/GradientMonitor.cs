using System.Globalization;
using DeepLearningCourse.Models;

namespace DeepLearningCourse.Training.Callbacks;

/// <summary>Measures the gradients of each layer every some steps, and warns of layers whose gradients vanish or explode.</summary>
/// <remarks>
/// <para>A layer's norm is the root of the sum of squares over its own parameters' gradients, before they are clipped. The first step is looked at, and from there
/// every some steps. A look is one pass over the gradients, and on a GPU one wait for it.</para>
/// <para>Each layer is warned of once (<see cref="TrainingRun.Warn"/>): near zero beside the largest of the network's, or too large by itself.</para>
/// <para>With several optimizers that take turns, the look is before the last one's step.</para>
/// </remarks>
/// <example>
/// <code>
/// var gradients = new GradientMonitor(everySteps: 20);
/// new Trainer(model, criterion, optimizer, new TrainerOptions { Callbacks = [gradients] }).Fit(trainLoader);
/// IReadOnlyList&lt;double&gt; first = gradients.Norms["w1"];
/// </code>
/// </example>
public sealed class GradientMonitor : ITrainingCallback
{
    private readonly int everySteps;
    private readonly double vanishingRatio;
    private readonly double explodingNorm;
    private List<long> steps = [];
    private Dictionary<string, List<double>> norms = [];
    private List<string> vanishing = [];
    private List<string> exploding = [];
    private bool restored;

    /// <summary>Measures gradients.</summary>
    /// <param name="everySteps">Every how many steps; at least 1.</param>
    /// <param name="vanishingRatio">A layer is warned of whose norm is less than this share of the largest layer's; 0 for no warnings.</param>
    /// <param name="explodingNorm">A layer is warned of whose norm is greater than this, or not finite; infinity for the latter alone.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is too small, or the share is not less than 1.</exception>
    public GradientMonitor(int everySteps = 50, double vanishingRatio = 1e-5, double explodingNorm = 1e3)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(everySteps, 1);

        if (vanishingRatio is not (>= 0 and < 1))
        {
            throw new ArgumentOutOfRangeException(nameof(vanishingRatio), vanishingRatio, "The ratio is a share of the largest layer's norm: from 0 to less than 1.");
        }

        if (!(explodingNorm > 0))
        {
            throw new ArgumentOutOfRangeException(nameof(explodingNorm), explodingNorm, "The norm that is too large is greater than 0.");
        }

        (this.everySteps, this.vanishingRatio, this.explodingNorm) = (everySteps, vanishingRatio, explodingNorm);
    }

    /// <summary>The steps that were looked at, from 1.</summary>
    public IReadOnlyList<long> Steps => steps;

    /// <summary>For each layer, by its path, the norm of its gradients at each of <see cref="Steps"/>; NaN where it had none.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<double>> Norms => norms.ToDictionary(entry => entry.Key, IReadOnlyList<double> (entry) => entry.Value);

    /// <summary>The norm of all gradients together at each of <see cref="Steps"/>.</summary>
    public IReadOnlyList<double> TotalNorms => [.. steps.Select((_, look) => Math.Sqrt(norms.Values.Select(layer => layer[look]).Where(norm => !double.IsNaN(norm)).Sum(norm => norm * norm)))];

    /// <summary>The layers whose gradients vanished, in the order they were found.</summary>
    public IReadOnlyList<string> Vanishing => vanishing;

    /// <summary>The layers whose gradients exploded, in the order they were found.</summary>
    public IReadOnlyList<string> Exploding => exploding;

    /// <inheritdoc/>
    public CallbackState State => new(StateText.Of(new Looks(steps, norms, vanishing, exploding)));

    /// <summary>The looks as a table with a column <c>step</c> and one for each layer, numbers as they are everywhere: with a point.</summary>
    public string ToCsv() => CsvLines.Of(["step", .. norms.Keys], steps.Count, look => [steps[look], .. norms.Values.Select(layer => layer[look])]);

    /// <inheritdoc/>
    public void Restore(CallbackState state)
    {
        (steps, norms, vanishing, exploding) = StateText.Read<Looks>(state);
        restored = true;
    }

    /// <inheritdoc/>
    public void OnFitStarted(TrainingRun run)
    {
        ArgumentNullException.ThrowIfNull(run);

        if (run.History.ResumedFrom is null || !restored)
        {
            (steps, norms, vanishing, exploding) = ([], [], [], []);
        }

        restored = false;
    }

    /// <inheritdoc/>
    public void OnGradientsReady(TrainingRun run)
    {
        ArgumentNullException.ThrowIfNull(run);

        if (run.Step % everySteps != 0)
        {
            return;
        }

        var layers = Measure(run);

        if (layers.Count == 0)
        {
            return;
        }

        Add(run.Step + 1, layers);
        Judge(run, layers);
    }

    private static Dictionary<string, double> Measure(TrainingRun run)
    {
        var parameters = NetworkParameters.Once(NetworkParameters.AllNames(run.Model));
        return parameters.Zip(GradientNorms.Of([.. parameters.Select(entry => entry.Value)]))
            .Where(entry => entry.Second is not null)
            .GroupBy(entry => LayerOf(entry.First.Name))
            .ToDictionary(layer => layer.Key, layer => Math.Sqrt(layer.Sum(entry => entry.Second!.Value * entry.Second.Value)));
    }

    /// <summary>The path of a parameter's layer; its own name if it is the network's.</summary>
    private static string LayerOf(string parameter) => parameter.LastIndexOf('.') is > 0 and var end ? parameter[..end] : parameter;

    private void Add(long step, Dictionary<string, double> layers)
    {
        // With several optimizers there may be several looks at a step: the last one counts.
        if (steps.Count == 0 || steps[^1] != step)
        {
            steps.Add(step);

            foreach (var column in norms.Values)
            {
                column.Add(double.NaN);
            }
        }

        foreach (var (layer, norm) in layers)
        {
            if (!norms.TryGetValue(layer, out var column))
            {
                norms.Add(layer, column = [.. Enumerable.Repeat(double.NaN, steps.Count)]);
            }

            column[^1] = norm;
        }
    }

    private void Judge(TrainingRun run, Dictionary<string, double> layers)
    {
        var (largest, most) = layers.MaxBy(layer => layer.Value);

        foreach (var (layer, norm) in layers)
        {
            if (!(norm <= explodingNorm) || double.IsInfinity(norm))
            {
                WarnOnce(run, exploding, layer, Text(
                    $"The gradient of layer '{layer}' is very large at step {run.Step + 1}: its norm is {norm:G3}. Set TrainerOptions.ClipNorm, or use a smaller learning rate."));
            }
            else if (double.IsFinite(most) && norm < vanishingRatio * most)
            {
                WarnOnce(run, vanishing, layer, Text(
                    $"Layer '{layer}' gets hardly any gradient at step {run.Step + 1}: its norm is {norm:G3}, and that of '{largest}' {most:G3}. It does not learn. Use ReLU in place of sigmoid or tanh, normalisation between the layers, or other initial values."));
            }
        }
    }

    private static void WarnOnce(TrainingRun run, List<string> warned, string layer, string sentence)
    {
        if (!warned.Contains(layer))
        {
            warned.Add(layer);
            run.Warn(sentence);
        }
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    private sealed record Looks(List<long> Steps, Dictionary<string, List<double>> Norms, List<string> Vanishing, List<string> Exploding);
}
