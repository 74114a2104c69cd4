namespace DeepLearningCourse.Models;

/// <summary>A network whose layers are its members.</summary>
internal interface IHasMembers
{
    /// <summary>Keeps them registered.</summary>
    MemberRegistry Members { get; }
}
