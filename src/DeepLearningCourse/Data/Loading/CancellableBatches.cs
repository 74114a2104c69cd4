using System.Collections;

namespace DeepLearningCourse.Data.Loading;

/// <summary>Begins a loop that can be cancelled each time it is enumerated.</summary>
internal sealed class CancellableBatches<TBatch>(Func<IEnumerator<TBatch>> begin) : IEnumerable<TBatch>
{
    public IEnumerator<TBatch> GetEnumerator() => begin();

    IEnumerator IEnumerable.GetEnumerator() => begin();
}
