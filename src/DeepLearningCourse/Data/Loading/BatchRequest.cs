using static TorchSharp.torch;

namespace DeepLearningCourse.Data.Loading;

/// <summary>A batch that a dataset is asked to make whole: which samples, the memory for it, and the random numbers and errors of each sample.</summary>
internal readonly ref struct BatchRequest
{
    private readonly ReadOnlySpan<long> outerIndices;
    private readonly SampleReading reading;
    private readonly BatchMemory memory;

    public BatchRequest(ReadOnlySpan<long> indices, SampleReading reading, BatchMemory memory)
        : this(indices, indices, reading, memory)
    {
    }

    private BatchRequest(ReadOnlySpan<long> indices, ReadOnlySpan<long> outerIndices, SampleReading reading, BatchMemory memory)
    {
        Indices = indices;
        this.outerIndices = outerIndices;
        this.reading = reading;
        this.memory = memory;
    }

    /// <summary>The samples, by their index in the dataset that is asked.</summary>
    public ReadOnlySpan<long> Indices { get; }

    /// <summary>Whether other threads make batches at the same time.</summary>
    public bool IsInWorker => reading.IsInWorker;

    /// <summary>The same batch asked of the dataset inside another, where the samples have other indices.</summary>
    public BatchRequest Inside(ReadOnlySpan<long> indices) => new(indices, outerIndices, reading, memory);

    /// <summary>A tensor of the loader's memory, in the current DisposeScope, and where its data begins.</summary>
    public Tensor Rent(ReadOnlySpan<long> shape, ScalarType dtype, out nint data) => memory.Rent(shape, dtype, out data);

    /// <summary>Must come before the work on each sample; throws if nobody wants the batch any more.</summary>
    public void Begin(int position) => reading.Begin(outerIndices[position]);

    /// <summary>A sample that could not be read: returns if it is left out, throws otherwise.</summary>
    public void Failed(int position, Exception cause) => reading.Failed(outerIndices[position], cause);
}
