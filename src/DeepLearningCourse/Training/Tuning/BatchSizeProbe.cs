using System.Diagnostics;
using DeepLearningCourse.Runtime;

namespace DeepLearningCourse.Training.Tuning;

/// <summary>Trains some steps with a batch size: the memory of the first one, the time of the others.</summary>
internal sealed class BatchSizeProbe<TBatch>(Func<int, IEnumerable<TBatch>> batches, Trial<TBatch> trial, RestorePoint before, int steps) : IBatchSizeProbe
{
    private bool isFirst = true;

    public long MemoryNow()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        NativeHeap.GiveBack();
        return Environment.WorkingSet;
    }

    public long UsualLimit()
    {
        var now = MemoryNow();
        var machine = GC.GetGCMemoryInfo();
        return now + (Math.Max(0, machine.TotalAvailableMemoryBytes - machine.MemoryLoadBytes) / 2);
    }

    public BatchSizeTrial Try(int size, long memoryLimit)
    {
        if (Batches(size) is not { } data)
        {
            return new BatchSizeTrial(size, BatchSizeOutcome.TooFewSamples, 0, null);
        }

        using var disposal = data as IDisposable;
        using Stopwatching watcher = new(size, steps, memoryLimit);

        try
        {
            trial.StandStill();
            trial.Run(data, watcher, isFirst && trial.ChecksFirstBatch);
            isFirst = false;
            return watcher.Result();
        }
        catch (Exception exception) when (MemoryShortage.IsCauseOf(exception))
        {
            return new BatchSizeTrial(size, BatchSizeOutcome.OutOfMemory, watcher.Memory, null);
        }
        finally
        {
            before.Restore();
        }
    }

    /// <summary>The batches; null where a loader that drops incomplete batches would have none.</summary>
    private IEnumerable<TBatch>? Batches(int size)
    {
        try
        {
            return batches(size) ?? throw new InvalidOperationException($"The function that makes batches gave none (null) for the size {size}. Return a DataLoader.");
        }
        catch (ArgumentException) when (!isFirst)
        {
            return null;
        }
    }

    private sealed class Stopwatching(int size, int steps, long memoryLimit) : ITrainingCallback, IDisposable
    {
        private MemoryWatch? watch = new();
        private int made;
        private long began;
        private TimeSpan elapsed;
        private long counted;
        private long samples;
        private BatchSizeOutcome outcome;

        public long Memory { get => watch?.Peak ?? field; private set; }

        public BatchSizeTrial Result() =>
            new(size, outcome, Memory, outcome == BatchSizeOutcome.Fits ? samples / elapsed.TotalSeconds : null);

        public void Dispose() => watch?.Dispose();

        public void OnEpochStarted(TrainingRun run) => counted = 0;

        public void OnStepEnded(TrainingRun run, StepResult result)
        {
            if (made++ == 0)
            {
                EndMemory();
                outcome = run.Samples < size ? BatchSizeOutcome.TooFewSamples : Memory > memoryLimit ? BatchSizeOutcome.OutOfMemory : BatchSizeOutcome.Fits;
                began = Stopwatch.GetTimestamp();
            }
            else
            {
                samples += run.Samples - counted;
                elapsed = Stopwatch.GetElapsedTime(began);
            }

            counted = run.Samples;

            if (made > steps || outcome != BatchSizeOutcome.Fits)
            {
                run.Stop();
            }
        }

        private void EndMemory()
        {
            Memory = watch!.Peak;
            watch.Dispose();
            watch = null;
        }
    }
}
