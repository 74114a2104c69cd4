namespace DeepLearningCourse.Data;

/// <summary>The order of an epoch of which any part can be drawn without the others, so that it takes no memory.</summary>
/// <param name="Highest">No index is higher.</param>
/// <param name="Read">Draws a part; for one thread.</param>
internal sealed record DrawnOrder(long Highest, OrderReader Read);

/// <summary>Writes the indices from number <paramref name="first"/> of an epoch on.</summary>
internal delegate void OrderReader(long first, Span<long> indices);
