using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace DeepLearningCourse.Training;

/// <summary>Under which name programs that watch others, such as OpenTelemetry, <c>dotnet-counters</c> and <c>dotnet-trace</c>, find training runs.</summary>
/// <remarks>
/// Meters: <c>training.steps</c>, <c>training.samples</c> and <c>training.epochs</c> count; <c>training.step.duration</c> and <c>training.epoch.duration</c> are
/// histograms in seconds; <c>training.loss</c> (of each step), <c>training.validation.loss</c> and <c>training.learning_rate</c> are gauges. Each has the tag
/// <c>training.network</c>. Activities: <c>fit</c>, in it <c>epoch</c>, in it <c>validation</c>, with tags for the network, the epoch, losses, the steps and why the run
/// ended, and with the status of an error where an exception ended it. Where nobody listens, nothing is measured.
/// </remarks>
/// <example>
/// <code>
/// // With the packages OpenTelemetry and an exporter:
/// using var meters = Sdk.CreateMeterProviderBuilder().AddMeter(TrainingTelemetry.Name).AddOtlpExporter().Build();
/// using var traces = Sdk.CreateTracerProviderBuilder().AddSource(TrainingTelemetry.Name).AddOtlpExporter().Build();
/// </code>
/// </example>
public static class TrainingTelemetry
{
    /// <summary>The name of the <see cref="System.Diagnostics.Metrics.Meter"/> and of the <see cref="ActivitySource"/>.</summary>
    public const string Name = "DeepLearningCourse.Training";

    internal const string NetworkTag = "training.network";

    private static readonly string? Version = typeof(TrainingTelemetry).Assembly.GetName().Version?.ToString(3);
    private static readonly Meter Meter = new(Name, Version);

    internal static ActivitySource Activities { get; } = new(Name, Version);

    internal static Counter<long> Steps { get; } = Meter.CreateCounter<long>("training.steps", "{step}", "Steps of the optimizer.");

    internal static Counter<long> Samples { get; } = Meter.CreateCounter<long>("training.samples", "{sample}", "Samples that were trained on.");

    internal static Counter<long> Epochs { get; } = Meter.CreateCounter<long>("training.epochs", "{epoch}", "Completed epochs.");

    internal static Histogram<double> StepDuration { get; } =
        Meter.CreateHistogram<double>("training.step.duration", "s", "From one step's end to the next one's, without validation.");

    internal static Histogram<double> EpochDuration { get; } = Meter.CreateHistogram<double>("training.epoch.duration", "s", "An epoch with its validation.");

    internal static Gauge<double> Loss { get; } = Meter.CreateGauge<double>("training.loss", null, "The loss of the last step's batch.");

    internal static Gauge<double> ValidationLoss { get; } = Meter.CreateGauge<double>("training.validation.loss", null, "The loss of the last validation.");

    internal static Gauge<double> LearningRate { get; } = Meter.CreateGauge<double>("training.learning_rate", null, "The learning rate of the first group.");
}
