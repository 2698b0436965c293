/** Types of resources of terraform/*.tf that mean something to more than Terraform. */
export const ACCOUNT = "aws_organizations_account";
export const ASSIGNMENT = "aws_ssoadmin_account_assignment";
export const ATTACHMENT = "aws_organizations_policy_attachment";
export const CONTACT = "aws_account_alternate_contact";
export const GROUP = "aws_identitystore_group";
export const MEMBERSHIP = "aws_identitystore_group_membership";
export const ORGANIZATION = "aws_organizations_organization";
export const PERMISSION_SET = "aws_ssoadmin_permission_set";
export const POLICY = "aws_organizations_policy";
export const OIDC_PROVIDER = "aws_iam_openid_connect_provider";
export const SET_BOUNDARY = "aws_ssoadmin_permissions_boundary_attachment";
export const SET_INLINE_POLICY = "aws_ssoadmin_permission_set_inline_policy";
export const SET_MANAGED_POLICY = "aws_ssoadmin_managed_policy_attachment";
export const SET_OWN_POLICY = "aws_ssoadmin_customer_managed_policy_attachment";
/** What is attached to a permission set. */
export const SET_POLICIES: readonly string[] = [SET_BOUNDARY, SET_INLINE_POLICY, SET_MANAGED_POLICY, SET_OWN_POLICY];
export const UNIT = "aws_organizations_organizational_unit";
export const USER = "aws_identitystore_user";
