namespace DeepLearningCourse.Training.Display;

/// <summary>A column of a table of epochs.</summary>
/// <param name="Header">Its header.</param>
/// <param name="Rank">How soon it is left out where there is no room: higher ones first.</param>
/// <param name="Text">An epoch's cell.</param>
internal sealed record EpochColumn(string Header, int Rank, Func<EpochResult, string> Text);
