using TorchSharp;

// The namespace by which the tests of every project know it.
#pragma warning disable IDE0130
namespace DeepLearningCourse.Tests;
#pragma warning restore IDE0130

/// <summary>A tensor test that makes networks.</summary>
/// <remarks>TorchSharp's total count never goes down for the tensor that a Parameter takes over; its count per thread does.</remarks>
public abstract class NetworkTest : TensorTest
{
    /// <inheritdoc/>
    protected override long LiveTensors => DisposeScopeManager.Statistics.ThreadTotalLiveCount;

    /// <inheritdoc/>
    protected override bool CountsFinalized => false;
}
