namespace DeepLearningCourse.Runtime;

/// <summary>The arguments of one call of an operator. They may be asked for twice: a call that fails is repeated on copies, to hear its reason.</summary>
internal interface IOperatorArguments
{
    /// <summary>Puts the arguments on the stack, in the order of the operator's schema.</summary>
    void Push(scoped ref ArgumentStack stack);
}
