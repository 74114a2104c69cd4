using TorchSharp;

namespace DeepLearningCourse.Testing;

/// <summary>A tensor test that makes networks.</summary>
/// <remarks>TorchSharp's total count never goes down for the tensor that a Parameter takes over; its count per thread does.</remarks>
public abstract class NetworkTest : TensorTest
{
    /// <inheritdoc/>
    protected override long LiveTensors => DisposeScopeManager.Statistics.ThreadTotalLiveCount;

    /// <inheritdoc/>
    protected override bool CountsFinalized => false;
}
